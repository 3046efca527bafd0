package linuxkit.system.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The keys for the supervision of services: what the guest gets, and which mistakes are found. */
class SupervisionTest extends AssemblyFixture {
  @Test
  void writesOnlyGivenKeys() throws IOException {
    SystemTree system =
        assemble(
            """
            onboot: [{name: first, image: lk/svc:1, restart: always}]
            services:
              - {name: db, image: lk/svc:1, restart: on-failure, stopSignal: SIGINT, stopTimeout: 60}
              - name: web
                image: lk/svc:1
                after: [db]
                ready: {port: 80, socket: /run/web, file: /up, command: [/check, now], timeout: 5}
              - {name: plain, image: lk/svc:1}
            """);
    assertThat(text(system, "containers/services/db/runtime.json"))
        .endsWith(
            """
                "namespace": "",
                "restart": "on-failure",
                "stopSignal": "SIGINT",
                "stopTimeout": 60
            }""");
    assertThat(text(system, "containers/services/web/runtime.json"))
        .endsWith(
            """
                "namespace": "",
                "after": [
                    "db"
                ],
                "ready": {
                    "port": 80,
                    "socket": "/run/web",
                    "file": "/up",
                    "command": [
                        "/check",
                        "now"
                    ],
                    "timeout": 5
                }
            }""");
    assertThat(text(system, "containers/services/plain/runtime.json"))
        .endsWith("\"namespace\": \"\"\n}");
    assertThat(text(system, "containers/onboot/000-first/runtime.json"))
        .endsWith("\"namespace\": \"\"\n}");
    assertThat(progress.warnings())
        .containsExactly(
            "m.yml:1:50: onboot.0.restart: has no effect: only services are supervised");
  }

  @Test
  void takesKeysFromTheLabel() throws IOException {
    images.add(
        "lk/label:1",
        MemoryImages.label("{\"restart\": \"always\", \"after\": [\"net\"], \"stopTimeout\": 1}"),
        files -> files.file("bin/svc", "svc"));
    SystemTree system =
        assemble(
            """
            onshutdown: [{name: last, image: lk/label:1}]
            services:
              - {name: label, image: lk/label:1}
              - {name: entry, image: lk/label:1, restart: "no", after: [label]}
            """);
    // The label's image cannot know whether the system has a service of that name.
    assertThat(text(system, "containers/services/label/runtime.json"))
        .endsWith(
            """
                "restart": "always",
                "after": [
                    "net"
                ],
                "stopTimeout": 1
            }""");
    assertThat(text(system, "containers/services/entry/runtime.json"))
        .endsWith(
            """
                "restart": "no",
                "after": [
                    "label"
                ],
                "stopTimeout": 1
            }""");
    assertThat(progress.warnings()).isEmpty();
  }

  @Test
  void refusesUnknownServices() {
    refused(
        """
        onboot: [{name: before, image: lk/svc:1}]
        services:
          - {name: db, image: lk/svc:1}
          - {name: web, image: lk/svc:1, after: [db, dbb, before, web]}
        """,
        """
        m.yml:4:46: services.1.after: there is no service "dbb" — did you mean 'db'?
        m.yml:4:51: services.1.after: there is no service "before"
        m.yml:4:59: services.1.after: a service cannot wait for itself""");
  }

  @Test
  void refusesServicesThatWaitForEachOther() {
    refused(
        """
        services:
          - {name: a, image: lk/svc:1, after: [b]}
          - {name: b, image: lk/svc:1, after: [d, c]}
          - {name: c, image: lk/svc:1, after: [d, b]}
          - {name: d, image: lk/svc:1}
        """,
        "m.yml:3:43: services.1.after: services wait for each other: \"b\", \"c\"");
  }
}
