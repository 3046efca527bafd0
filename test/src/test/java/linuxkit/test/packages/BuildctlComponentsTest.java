package linuxkit.test.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds components by BuildKit's own daemons and client: with {@code make test-buildkit
 * BUILDKIT=FOLDER}.
 */
@Tag("buildkit")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BuildctlComponentsTest {
  private static final String COMMAND =
      "[\"/bin/sh\", \"-c\", \"busybox date > /when; busybox cat /proc/net/dev > /net\"]";

  @TempDir private Path folder;
  private Path hello;

  @BeforeEach
  void copy() throws IOException {
    Programs.run(folder, "cp", "-r", Linuxkit.PROJECT.resolve("examples/dockerfile"), "example");
    hello = folder.resolve("example/hello");
    Files.writeString(
        hello.resolve("Dockerfile"),
        "ARG BASE\nFROM ${BASE}\nRUN " + COMMAND + "\nCOPY hello.sh /usr/bin/hello\n");
  }

  private static Linuxkit linuxkit(String host) {
    String path = BuildKitDaemon.PROGRAMS + ":" + System.getenv("PATH");
    return Linuxkit.withComponents().withEnvironment(Map.of("PATH", path, "BUILDKIT_HOST", host));
  }

  private Linuxkit.Result build(Linuxkit linuxkit, String... more) {
    List<String> line =
        new ArrayList<>(List.of("-v", "pkg", "build", "--org", "linuxkit.invalid", "--force"));
    line.addAll(List.of("--sbom-scanner", "false", "--platforms", "linux/amd64"));
    line.addAll(List.of(more));
    line.add(hello.toString());
    return linuxkit.run(line.toArray(String[]::new));
  }

  @Test
  void anEmptyBuildKitTakesItsStepsFromTheCacheInARegistry() throws Exception {
    try (DockerRegistry registry =
            DockerRegistry.start(Files.createDirectory(folder.resolve("registry")));
        BuildKitDaemon first = BuildKitDaemon.start(null);
        BuildKitDaemon second = BuildKitDaemon.start(null)) {
      String cache = "type=registry,ref=" + registry.authority() + "/cache/{image}:{arch}";
      Linuxkit.Result built =
          build(linuxkit(first.address()), "--cache-to", cache + ",mode=max").succeeds();
      assertThat(built.err())
          .contains("The builder for linux/amd64 is buildctl.")
          .contains("exporting cache to registry")
          .doesNotContain(" CACHED");
      Linuxkit.Result again = build(linuxkit(second.address()), "--cache-from", cache).succeeds();
      assertThat(again.err()).contains("/cache/example-hello:amd64").contains(" CACHED");
      assertThat(again.out()).isEqualTo(built.out());
      Path tar = folder.resolve("image.tar");
      linuxkit("")
          .run(
              "cache",
              "export",
              "--format",
              "filesystem",
              "--outfile",
              tar.toString(),
              built.out().strip())
          .succeeds();
      String net = Programs.run(folder, "tar", "--extract", "--to-stdout", "--file", tar, "net");
      assertThat(net.lines().skip(2)).singleElement().asString().contains("lo:");
    }
  }

  @Test
  void certificatesOfBothSidesAreVerified() throws Exception {
    Path tls = Files.createDirectory(folder.resolve("tls"));
    Path client = Files.createDirectory(folder.resolve("client"));
    authority(tls);
    certificate(tls, tls.resolve("server.key"), tls.resolve("server.pem"));
    certificate(tls, client.resolve("key.pem"), client.resolve("cert.pem"));
    Files.copy(tls.resolve("ca.pem"), client.resolve("ca.pem"));
    Path stranger = Files.createDirectory(folder.resolve("stranger"));
    authority(stranger);
    certificate(stranger, stranger.resolve("key.pem"), stranger.resolve("cert.pem"));
    try (BuildKitDaemon daemon = BuildKitDaemon.start(tls)) {
      String builders = "linux/amd64=" + daemon.address();
      String[] line = {"--builder", "buildctl", "--builders", builders, "--builder-tls", ""};
      line[5] = client.toString();
      assertThat(build(linuxkit(""), line).succeeds().out()).contains("/example-hello:");
      line[5] = stranger.toString();
      assertThat(build(linuxkit(""), line).fails().err()).contains("BuildKit does not answer");
      assertThat(build(linuxkit(""), "--builder", "buildctl", "--builders", builders).fails().err())
          .contains("BuildKit does not answer");
    }
  }

  private static void authority(Path directory) {
    openssl(
        directory,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
            + " -subj /CN=authority -keyout ca.key -out ca.pem");
  }

  private static void certificate(Path authority, Path key, Path certificate) {
    openssl(
        authority,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
            + " -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
            + " -addext basicConstraints=critical,CA:false -CA ca.pem -CAkey ca.key"
            + " -keyout "
            + key
            + " -out "
            + certificate);
  }

  private static void openssl(Path directory, String line) {
    List<Object> words = new ArrayList<>(List.of("openssl"));
    words.addAll(List.of(line.split(" ", -1)));
    Programs.run(directory, words.toArray());
  }
}
