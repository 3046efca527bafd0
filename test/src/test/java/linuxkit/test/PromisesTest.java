package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the promises of the design that a user can check from outside. */
class PromisesTest {
  private static final String MANIFEST = "examples/web.yml";

  @TempDir Path work;

  @Test
  void buildsWithoutStartingPrograms() throws IOException {
    Path trace = work.resolve("trace");
    Linuxkit.withComponents()
        .through("strace", "-f", "-qq", "-e", "trace=execve,execveat", "-o", trace.toString())
        .run("build", "--dir", work.toString(), MANIFEST)
        .succeeds();
    List<String> started =
        Files.readAllLines(trace).stream().filter(line -> line.contains("exec")).toList();
    // The launcher, and the Java runtime that it becomes.
    assertThat(started).hasSize(2);
    assertThat(started.get(0)).contains("/bin/linuxkit");
    assertThat(started.get(1)).contains("/runtime/bin/java");
    String launcher = started.get(0).split(" ", 2)[0];
    assertThat(started.get(1)).startsWith(launcher + " ");
  }

  @Test
  void buildsWithoutNetwork() {
    Linuxkit.withComponents()
        .through("unshare", "--user", "--map-root-user", "--net")
        .run("build", "--dir", work.toString(), MANIFEST)
        .succeeds();
  }

  @Test
  void buildsAsNobodyFromReadOnlySources() throws IOException {
    assumeTrue(
        Files.getOwner(Path.of("/proc/self")).getName().equals("root"),
        "only root can become nobody");
    Path output = Files.createDirectory(work.resolve("output"));
    Path temporary = Files.createDirectory(work.resolve("tmp"));
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path store = Components.copyOfStore(work.resolve("store"));
    run("chown", "-R", "65534:65534", store.toString(), output.toString(), temporary.toString());
    Linuxkit.withCache(store)
        .withEnvironment(Map.of("HOME", "/nonexistent", "TMPDIR", temporary.toString()))
        // A mount namespace of its own, in which the whole tree of sources is read-only.
        .through(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && "
                + "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"",
            Linuxkit.PROJECT.toString())
        .run("build", "--dir", output.toString(), Linuxkit.PROJECT.resolve(MANIFEST).toString())
        .succeeds();
    assertThat(output.resolve("web-initrd.img")).isNotEmptyFile();
  }

  @Test
  void writesTheSameBytesForTheSameInputs() throws Exception {
    SortedMap<String, String> first =
        build("first", "Pacific/Kiritimati", "C", "022", Components.STORE);
    Path store = Components.copyOfStore(work.resolve("store"));
    SortedMap<String, String> second =
        build("second", "America/St_Johns", "tr_TR.UTF-8", "077", store);
    assertThat(first).hasSize(4);
    assertThat(second).isEqualTo(first);
  }

  private SortedMap<String, String> build(
      String name, String zone, String locale, String umask, Path store) throws Exception {
    Path output = Files.createDirectories(work.resolve(name));
    Linuxkit linuxkit =
        Linuxkit.withCache(store)
            .withEnvironment(Map.of("TZ", zone, "LANG", locale, "LC_ALL", locale))
            .in(output)
            .through("sh", "-c", "umask " + umask + " && exec \"$0\" \"$@\"");
    String manifest = Linuxkit.PROJECT.resolve(MANIFEST).toString();
    linuxkit.run("build", manifest).succeeds();
    linuxkit.run("build", "--format", "tar", manifest).succeeds();
    SortedMap<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.list(output)) {
      for (Path file : files.toList()) {
        digests.put(
            file.getFileName().toString(),
            HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file))));
      }
    }
    return digests;
  }

  private static void run(String... line) throws IOException {
    try {
      assertThat(new ProcessBuilder(line).inheritIO().start().waitFor())
          .as(String.join(" ", line))
          .isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
