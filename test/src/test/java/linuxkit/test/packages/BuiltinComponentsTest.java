package linuxkit.test.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.test.Components;
import linuxkit.test.Linuxkit;
import linuxkit.test.Linuxkit.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Components that come with the program, called {@code builtin:NAME}. */
class BuiltinComponentsTest {
  @TempDir private Path work;
  private Path manifest;
  private Linuxkit builder;

  @BeforeEach
  void write() throws Exception {
    manifest =
        Files.writeString(
            work.resolve("system.yml"),
            """
            kernel: {image: builtin:kernel, cmdline: console=ttyS0}
            init: [builtin:init, "@builtin/crun"]
            files: [{path: etc/text, contents: "builtin:init"}]
            """);
    builder = Linuxkit.withCache(Components.copyOfStore(work.resolve("store"))).in(work);
  }

  private Result build(Linuxkit linuxkit) {
    return linuxkit.run("build", "--arch=amd64", "--format=tar", "system.yml");
  }

  @Test
  void areFoundByName() throws Exception {
    build(builder).succeeds();
    Path out = work.resolve("out");
    builder.run("unpack", "system.tar", out.toString()).succeeds();
    assertThat(out.resolve("etc/text")).hasContent("builtin:init");
    assertThat(out.resolve("usr/bin/crun")).exists();
    Files.writeString(manifest, "init: [builtin:inti]\n");
    assertThat(build(builder).fails().err())
        .contains("system.yml:1:8: init.0: builtin:inti: linuxkit has no such component")
        .contains("did you mean builtin:init?");
    for (String name : new String[] {"../pkg/init", "", "/etc", "INIT"}) {
      assertThat(builder.run("pkg", "show-tag", "builtin:" + name).fails().err())
          .contains("linuxkit has no such component");
    }
  }

  @Test
  void areLockedByName() throws Exception {
    builder.run("lock", "system.yml").succeeds();
    assertThat(work.resolve("system.lock")).content().contains("\"builtin:init\": {");
    assertThat(builder.run("lock", "--check", "system.yml").succeeds().out()).isEmpty();
    build(builder).succeeds();
  }

  @Test
  void arePublishedAndPulled() throws Exception {
    try (DockerRegistry registry =
        DockerRegistry.start(Files.createDirectory(work.resolve("registry")))) {
      Map<String, String> published =
          Map.of("LINUXKIT_COMPONENTS", registry.authority() + "/linuxkit");
      Linuxkit user = Linuxkit.withCache(work.resolve("user")).in(work).withEnvironment(published);
      assertThat(build(user).fails().err()).contains("system.yml:1:17: " + registry.authority());
      Linuxkit publisher = builder.withEnvironment(published);
      String pushed =
          publisher
              .run(
                  "pkg",
                  "push",
                  "--platforms=linux/amd64",
                  "builtin:kernel",
                  "builtin:init",
                  "builtin:crun")
              .succeeds()
              .out();
      assertThat(pushed.lines()).hasSize(3).allMatch(line -> line.contains("/linuxkit/"));
      assertThat(build(user).succeeds().err()).doesNotContain("Building");
      assertThat(user.run("pkg", "show-tag", "--canonical", "builtin:init").out().strip())
          .isEqualTo(pushed.lines().map(line -> line.replaceAll("@.*", "")).toList().get(1));
    }
  }
}
