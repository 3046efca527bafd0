package linuxkit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses one store both with this program and with the libraries of crane, LinuxKit and oras. */
class ForeignLayoutsTest {
  private static final String OURS = "docker.io/linuxkit/ours:1";
  private static final String SINGLE = "example.org/single:1";
  private static final String CRANE = "example.org/crane:1";
  private static final String CRANE_INDEX = "example.org/crane:2";
  private static final String ORAS = "example.org/oras:1";

  @TempDir Path work;
  private Linuxkit linuxkit;
  private Path store;

  @BeforeEach
  void prepare() {
    store = work.resolve("store");
    linuxkit = Linuxkit.withCache(store);
  }

  /** An index of images for two architectures, and an image without an index. */
  private void fill() throws IOException {
    Path folder = Files.createDirectory(work.resolve("component"));
    Files.writeString(folder.resolve("data"), "data\n".repeat(9999));
    Files.writeString(
        folder.resolve("build.yml"), "image: ours\nfiles: [{path: /data, source: data}]\n");
    linuxkit.run("pkg", "build", "--hash", "1", folder.toString()).succeeds();
    Path archive = export(linuxkit, "oci", OURS);
    linuxkit.run("cache", "import", "--name", SINGLE, archive.toString()).succeeds();
  }

  private Path export(Linuxkit from, String format, String image) {
    Path file = work.resolve(format + ".tar");
    from.run(
            "cache",
            "export",
            "--platform",
            "linux/amd64",
            "--format",
            format,
            "--outfile",
            file.toString(),
            image)
        .succeeds();
    return file;
  }

  /** The name of each image and its digest, in order. */
  private Map<String, String> listed() {
    return images(linuxkit.run("cache", "ls").succeeds().out().lines().skip(1));
  }

  private static Map<String, String> images(Stream<String> lines) {
    Map<String, String> images = new TreeMap<>();
    lines.forEach(
        line ->
            images.put(
                line.substring(0, line.indexOf(' ')), line.substring(line.lastIndexOf(' ') + 1)));
    return images;
  }

  private void verified() {
    assertThat(linuxkit.run("cache", "verify").succeeds().err()).contains("All blobs are intact.");
    Map<String, String> listed = listed();
    assertThat(images(GoLayouts.run("crane-list", store).stream())).isEqualTo(listed);
    assertThat(images(GoLayouts.run("oras-list", store).stream())).isEqualTo(listed);
    listed.forEach(
        (name, digest) ->
            assertThat(GoLayouts.run("crane-validate", store, name)).containsExactly(digest));
  }

  @Test
  void writesAStoreThatOtherToolsRead() throws IOException {
    fill();
    // With the names for each architecture.
    assertThat(listed()).containsOnlyKeys(OURS, OURS + "-amd64", OURS + "-arm64", SINGLE);
    verified();
    Path copy = work.resolve("copy");
    Linuxkit there = Linuxkit.withCache(copy);
    for (String name : List.of(OURS, SINGLE)) {
      assertThat(GoLayouts.run("oras-copy", store, name, copy, name))
          .containsExactly(listed().get(name));
      for (String format : List.of("oci", "docker", "filesystem")) {
        byte[] original = Files.readAllBytes(export(linuxkit, format, name));
        assertThat(export(there, format, name)).hasBinaryContent(original);
      }
    }
    there.run("cache", "verify").succeeds();
  }

  @Test
  void readsLayoutsOfOtherTools() throws Exception {
    GoLayouts.run("crane-append", store, CRANE, "amd64");
    GoLayouts.run("crane-append-index", store, CRANE_INDEX, "amd64", "arm64");
    GoLayouts.run("oras-copy", store, CRANE_INDEX, store, ORAS);
    assertThat(listed()).containsOnlyKeys(CRANE, CRANE_INDEX, ORAS);
    assertThat(listed().get(ORAS)).isEqualTo(listed().get(CRANE_INDEX));
    verified();

    String files = Programs.run(work, "tar", "-tf", export(linuxkit, "filesystem", CRANE));
    assertThat(files.lines()).hasSize(2).allMatch(line -> line.startsWith("random_file_"));
    try (DockerRegistry registry =
        DockerRegistry.start(Files.createDirectory(work.resolve("registry")))) {
      String remote = registry.authority() + "/there:1";
      linuxkit.run("cache", "push", "--remote-name", remote, ORAS).succeeds();
      Path other = work.resolve("other");
      assertThat(Linuxkit.withCache(other).run("cache", "pull", remote).succeeds().out())
          .isEqualTo(remote + "@" + listed().get(ORAS) + "\n");
      assertThat(GoLayouts.run("crane-validate", other, remote))
          .containsExactly(listed().get(ORAS));
    }
  }

  @Test
  void removesOnlyTheImagesThatEachToolNames() throws IOException {
    fill();
    GoLayouts.run("crane-append", store, CRANE, "amd64");
    GoLayouts.run("oras-copy", store, CRANE, store, ORAS);
    linuxkit.run("cache", "rm", CRANE).succeeds();
    verified();
    GoLayouts.run("crane-remove", store, SINGLE);
    verified();
    GoLayouts.run("oras-remove", store, ORAS);
    assertThat(listed()).containsOnlyKeys(OURS, OURS + "-amd64", OURS + "-arm64");
    verified();

    linuxkit.run("cache", "rm", OURS).succeeds();
    linuxkit.run("cache", "prune").succeeds();
    assertThat(listed()).isEmpty();
    try (Stream<Path> files = Files.walk(store.resolve("blobs"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void acceptsAnIndexWithOnlyOnePlatform() throws Exception {
    fill();
    try (DockerRegistry registry =
        DockerRegistry.start(Files.createDirectory(work.resolve("registry")))) {
      String remote = registry.authority() + "/ours:1";
      linuxkit.run("cache", "push", "--remote-name", remote, OURS).succeeds();
      linuxkit.run("cache", "rm", OURS).succeeds();
      linuxkit.run("cache", "rm", SINGLE).succeeds();
      linuxkit.run("cache", "pull", "--platform", "linux/amd64", remote).succeeds();
      GoLayouts.run("crane-append", store, CRANE, "amd64");
      GoLayouts.run("oras-copy", store, CRANE, store, ORAS);
      assertThat(images(GoLayouts.run("oras-list", store).stream())).isEqualTo(listed());
      assertThat(listed()).containsOnlyKeys(remote, remote + "-amd64", CRANE, ORAS);
      linuxkit.run("cache", "verify").succeeds();
      // What is there stays so, whatever the others made of the list of images.
      linuxkit.run("cache", "prune").succeeds();
      export(linuxkit, "filesystem", remote);
    }
  }

  @Test
  void pushesListsAndPullsAttachmentsOfOras() throws Exception {
    fill();
    String signature =
        GoLayouts.run("oras-attach", store, OURS, "example.org/signature:1").getFirst();
    try (DockerRegistry registry =
        DockerRegistry.start(Files.createDirectory(work.resolve("registry")))) {
      String remote = registry.authority() + "/ours";
      linuxkit.run("cache", "push", "--remote-name", remote + ":1", OURS).succeeds();
      assertThat(linuxkit.run("cache", "referrers", remote + ":1").succeeds().out())
          .isEqualTo("REFERRER  TYPE\n");
      linuxkit
          .run("cache", "push", "--remote-name", remote + ":signature", "example.org/signature:1")
          .succeeds();

      String name = remote + "@" + signature;
      assertThat(linuxkit.run("cache", "referrers", remote + ":1").succeeds().out().lines().skip(1))
          .containsExactly(name + "  application/vnd.example.signature");
      assertThat(linuxkit.run("cache", "referrers", "--json", remote + ":1").succeeds().out())
          .contains("\"name\": \"" + name + "\"");
      Path other = work.resolve("other");
      Linuxkit.withCache(other).run("cache", "pull", remote + ":1", name).succeeds();
      assertThat(GoLayouts.run("crane-list", other)).contains(name + " " + signature);
      Linuxkit.withCache(other).run("cache", "verify").succeeds();
    }
  }

  @Test
  void sharesItsLockWithLinuxkit() throws Exception {
    fill();
    Path archive = export(linuxkit, "oci", OURS);
    List<Future<?>> ends = new ArrayList<>();
    List<String> names = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (int i = 0; i < 12; i++) {
        String name = "example.org/common:" + i;
        names.add(name);
        ends.add(
            i % 2 == 0
                ? threads.submit(() -> GoLayouts.run("crane-append", store, name, "amd64"))
                : threads.submit(
                    () ->
                        linuxkit
                            .run("cache", "import", "--name", name, archive.toString())
                            .succeeds()));
      }
    }
    for (Future<?> end : ends) {
      end.get();
    }
    assertThat(listed()).containsKeys(names.toArray(String[]::new));
    verified();
  }
}
