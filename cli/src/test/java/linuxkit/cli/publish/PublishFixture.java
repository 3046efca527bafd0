package linuxkit.cli.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import linuxkit.cli.Run;
import linuxkit.fixtures.DockerRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A component in a git repository, and a registry to push it to. */
abstract class PublishFixture {
  @TempDir Path directory;
  Path folder;
  DockerRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = DockerRegistry.start(directory);
    folder = Files.createDirectories(directory.resolve("git/hello"));
    define("one");
    Files.createDirectory(directory.resolve("home"));
    git("init", "-q");
    commit();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  void define(String contents) throws IOException {
    Files.writeString(
        folder.resolve("build.yml"),
        "image: hello\nfiles: [{path: /etc/x, contents: " + contents + "}]\n");
  }

  void commit() throws Exception {
    git("add", "-A");
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "x");
  }

  void git(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("git", "-C", directory.resolve("git").toString()));
    all.addAll(List.of(words));
    program(all.toArray(String[]::new));
  }

  static String program(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  /** Runs a command on the machine with this store. */
  Run run(String store, String... args) {
    List<String> all =
        new ArrayList<>(List.of("--cache", directory.resolve(store).toString(), "pkg"));
    all.addAll(List.of(args));
    return Run.of(
        Map.of(
            "HOME",
            directory.resolve("home").toString(),
            "LINUXKIT_PKG_ORG",
            registry.authority() + "/team"),
        all.toArray(String[]::new));
  }

  Run succeed(String store, String... args) {
    Run run = run(store, args);
    assertThat(run.status()).as(run.err()).isZero();
    return run;
  }

  String name() {
    return succeed("any", "show-tag", folder.toString()).out().strip();
  }

  String inspect(String name) throws Exception {
    return program("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + name);
  }

  String tags() throws Exception {
    return program(
        "skopeo",
        "list-tags",
        "--tls-verify=false",
        "docker://" + registry.authority() + "/team/hello");
  }

  String key(String name) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    byte[] encoded = generator.generateKeyPair().getPrivate().getEncoded();
    String base64 = Base64.getMimeEncoder().encodeToString(encoded);
    return Files.writeString(
            directory.resolve(name),
            "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n")
        .toString();
  }

  Run builder(Path programs, String... args) {
    List<String> all = new ArrayList<>(List.of("pkg", "builder"));
    all.addAll(List.of(args));
    return Run.of(
        Map.of("HOME", directory.toString(), "PATH", programs.toString()),
        all.toArray(String[]::new));
  }

  static void program(Path programs, String name, String script) throws IOException {
    Path file = programs.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
