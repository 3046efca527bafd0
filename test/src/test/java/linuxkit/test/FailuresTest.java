package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks what users see when something goes wrong: one clear line that says what to do, exit status
 * 1, and no partial output.
 */
class FailuresTest {
  private static FaultyRegistry registry;

  @TempDir Path work;

  @BeforeAll
  static void start() throws IOException {
    registry = new FaultyRegistry();
  }

  @AfterAll
  static void stop() {
    registry.close();
  }

  @Test
  void reportsAllMistakesOfAManifestWithTheirPositions() throws IOException {
    Linuxkit.Result result =
        build(
            """
            kernel:
              image: linuxkit/kernel:1
              cmdlin: console=ttyS0
            onbot:
              - name: a
            services:
              - name: 7
                image: nginx
            """);
    assertThat(result.err())
        .contains("m.yml:3:3: kernel.cmdlin: unknown key 'cmdlin' — did you mean 'cmdline'?")
        .contains("m.yml:4:1: onbot: unknown key 'onbot' — did you mean 'onboot'?")
        .contains("m.yml:7:11: services.0.name");
  }

  @Test
  void reportsAMissingImage() throws IOException {
    Linuxkit.Result result = build(manifest(registry.address() + "/nope:1"));
    assertThat(result.err())
        .contains("linuxkit: m.yml:2:5: " + registry.address() + "/nope:1: ")
        .contains("no such image")
        .contains("hint: ");
  }

  @Test
  void reportsARefusedLogin() throws IOException {
    Linuxkit.Result result = build(manifest(registry.address() + "/private/thing:1"));
    assertThat(result.err())
        .contains("linuxkit: m.yml:2:5: " + registry.address() + "/private/thing:1: ")
        .containsIgnoringCase("login");
  }

  @Test
  void reportsWhyAnImageCannotBeSigned() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
    Path file =
        Files.writeString(
            work.resolve("key.pem"),
            "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                + "\n-----END PRIVATE KEY-----\n");
    Linuxkit linuxkit = Linuxkit.withCache(work.resolve("store"));
    String nope = registry.address() + "/nope:1";
    assertThat(linuxkit.run("sign", "--key", file.toString(), nope).fails().err())
        .contains(nope + ": the registry does not have this image")
        .contains("hint: ");
    String denied = registry.address() + "/private/thing:1";
    assertThat(linuxkit.run("sign", "--key", file.toString(), denied).fails().err())
        .contains(denied)
        .containsIgnoringCase("login");
    // This registry accepts no uploads.
    String readOnly = registry.address() + "/lies:1";
    assertThat(linuxkit.run("sign", "--key", file.toString(), readOnly).fails().err())
        .contains(readOnly)
        .doesNotContain("signed with this key");
  }

  @Test
  void reportsAWrongDigest() throws IOException {
    Linuxkit.Result result = build(manifest(registry.address() + "/lies:1"));
    assertThat(result.err())
        .contains(registry.address() + "/lies:1")
        .contains("the digest is sha256:")
        .contains("hint: ");
  }

  @Test
  void reportsATruncatedLayer() throws IOException {
    Linuxkit.Result result = build(manifest(registry.address() + "/cut:1"));
    assertThat(result.err()).contains(registry.address()).contains("hint: ");
  }

  @Test
  void reportsAnUnreachableRegistry() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Linuxkit.Result result = build(manifest("127.0.0.1:" + port + "/a:1"));
    assertThat(result.err())
        .contains("linuxkit: m.yml:2:5: ")
        .contains("127.0.0.1:" + port)
        .contains("hint: ");
  }

  @Test
  void reportsAFullDisk() throws IOException {
    Path output = Files.createDirectory(work.resolve("full"));
    Linuxkit.Result result =
        Linuxkit.withComponents()
            .through(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=4m none \"$0\" && \"$@\"; status=$?; ls -A \"$0\"; exit $status",
                output.toString())
            .run("build", "--dir", output.toString(), "examples/minimal.yml")
            .fails();
    assertThat(result.err()).contains("No space left on device").contains("free some space");
    assertThat(result.out()).as("what is left in the output folder").isEmpty();
  }

  @Test
  void reportsAnUnreadableSourceOfAFile() throws IOException {
    Linuxkit.Result result =
        build("files:\n  - path: etc/x\n    source: " + work.resolve("absent") + "\n");
    assertThat(result.err())
        .contains(work.resolve("absent").toString())
        .contains("/etc/x")
        .contains("no such file or directory");
  }

  @Test
  void reportsAMissingManifest() {
    Linuxkit.Result result =
        Linuxkit.withCache(work.resolve("cache")).in(work).run("build", "absent.yml").fails();
    assertThat(result.err()).contains("absent.yml").contains("no such file or directory");
  }

  @Test
  void leavesNothingOfAnInterruptedBuild() throws Exception {
    Path output = Files.createDirectory(work.resolve("output"));
    // The copy has nothing that is derived, so the build takes its time.
    Path store = Components.copyOfStore(work.resolve("store"));
    Process build =
        Linuxkit.withCache(store)
            .start("build", "--dir", output.toString(), "examples/minimal.yml");
    for (int i = 0; i < 1000 && unfinished().isEmpty() && build.isAlive(); i++) {
      Thread.sleep(10);
    }
    assertThat(unfinished()).as("files in the making").isNotEmpty();
    build.destroy();
    assertThat(build.waitFor()).isEqualTo(128 + 15);
    assertThat(unfinished()).isEmpty();
    assertThat(output).isEmptyDirectory();
  }

  private List<Path> unfinished() throws IOException {
    try (Stream<Path> files = Files.find(work, 10, (file, _) -> file.toString().endsWith(".tmp"))) {
      return files.toList();
    } catch (UncheckedIOException _) {
      // A folder went while it was looked at.
      return List.of();
    }
  }

  @Test
  void reportsAMissingQemu() throws IOException {
    Path prefix = bootable();
    Linuxkit.Result result =
        Linuxkit.withCache(work.resolve("cache"))
            .withEnvironment(Map.of("PATH", work.toString()))
            .run("run", "qemu", prefix.toString())
            .fails();
    assertThat(result.err()).contains("QEMU is not installed").contains("apt install qemu-system-");
  }

  @Test
  void reportsAPortInUse() throws IOException {
    Path prefix = bootable();
    try (ServerSocket socket = new ServerSocket(0)) {
      Linuxkit.Result result =
          Linuxkit.withCache(work.resolve("cache"))
              .run("run", "qemu", "--publish", socket.getLocalPort() + ":80", prefix.toString())
              .fails();
      assertThat(result.err())
          .contains(String.valueOf(socket.getLocalPort()))
          .contains("in use")
          .contains("hint: ");
    }
  }

  private Path bootable() throws IOException {
    for (String part : new String[] {"-kernel", "-initrd.img", "-cmdline"}) {
      Files.writeString(work.resolve("x" + part), "x");
    }
    return work.resolve("x");
  }

  private static String manifest(String image) {
    return "init:\n  - " + image + "\n";
  }

  private Linuxkit.Result build(String manifest) throws IOException {
    Path folder = Files.createDirectory(work.resolve("work"));
    Files.writeString(folder.resolve("m.yml"), manifest);
    Linuxkit.Result result =
        Linuxkit.withCache(work.resolve("cache"))
            .in(folder)
            .withEnvironment(Map.of("HOME", work.toString()))
            .run("build", "--arch", "amd64", "--format", "tar", "m.yml")
            .fails();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactly("m.yml");
    }
    return result;
  }
}
