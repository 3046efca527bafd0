package linuxkit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import linuxkit.base.Progress;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.oci.Platform;
import linuxkit.oci.store.Housekeeping;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Checks a store whose processes are killed at any moment, and one that many processes use at once.
 * {@code make stress} does both for longer.
 */
@Isolated("it takes more than all processors, and memory for sixteen processes")
class StoreUnderFireTest {
  private static final int KILLS = Integer.getInteger("linuxkit.kills", 40);
  private static final int SECONDS = Integer.getInteger("linuxkit.seconds", 10);
  private static final int PROCESSES = 16;
  private static final int SEED = 1;
  private static final int CONTENT = 6 << 20;

  @TempDir Path work;
  private DockerRegistry registry;
  private Linuxkit linuxkit;
  private String image;
  private Path manifest;
  private Path archive;
  private byte[] expected = {};

  @BeforeEach
  void prepare() throws IOException, InterruptedException {
    registry = DockerRegistry.start(Files.createDirectory(work.resolve("registry")));
    image = registry.authority() + "/fire:1";
    linuxkit = Linuxkit.withCache(work.resolve("store"));
    Path folder = Files.createDirectory(work.resolve("component"));
    byte[] content = new byte[CONTENT];
    new Random(SEED).nextBytes(content);
    Files.write(folder.resolve("data"), content);
    // For this machine alone: of an image for others too, a build would fetch a part only.
    Files.writeString(
        folder.resolve("build.yml"),
        "image: fire\narches: ["
            + Platform.host().architecture()
            + "]\nfiles: [{path: /data, source: data}]\n");
    manifest = Files.writeString(work.resolve("fire.yml"), "init:\n  - " + image + "\n");
    archive = work.resolve("archive.tar");
    Linuxkit other = Linuxkit.withCache(work.resolve("other"));
    other.run("pkg", "build", "--hash", "1", folder.toString()).succeeds();
    other.run("cache", "push", "--remote-name", image, "linuxkit/fire:1").succeeds();
    other.run("cache", "export", "--outfile", archive.toString(), "linuxkit/fire:1").succeeds();
    expected = build("first");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private String[] buildLine(String name) {
    String out = work.resolve(name + ".tar").toString();
    return new String[] {"build", "--no-sbom", "--format", "tar", "--o", out, manifest.toString()};
  }

  private byte[] build(String name) throws IOException {
    linuxkit.run(buildLine(name)).succeeds();
    return Files.readAllBytes(work.resolve(name + ".tar"));
  }

  private Map<String, String[]> operations(String name) {
    Map<String, String[]> all = new LinkedHashMap<>();
    all.put("pull", new String[] {"cache", "pull", image});
    all.put("build", buildLine(name));
    all.put(
        "push",
        new String[] {
          "cache",
          "push",
          "--override",
          "--remote-name",
          // Of its own: where two write one, this registry reads files that are not written yet.
          registry.authority() + "/" + name + ":1",
          image
        });
    all.put("import", new String[] {"cache", "import", "--name", image, archive.toString()});
    all.put("rm", new String[] {"cache", "rm", image});
    all.put("prune", new String[] {"cache", "prune"});
    return all;
  }

  private void requireWhole() {
    ImageStore store = ImageStore.open(linuxkit.cache(), Progress.silent());
    assertThat(new Housekeeping(store).verify()).isEmpty();
  }

  @Test
  void survivesKilledProcessesWithoutDamage() throws Exception {
    Random random = new Random(SEED);
    List<String[]> operations = List.copyOf(operations("killed").values());
    List<Long> durations = new ArrayList<>();
    for (String[] operation : operations) {
      long before = System.nanoTime();
      linuxkit.run(operation);
      durations.add(System.nanoTime() - before);
    }
    int killed = 0;
    for (int i = 0; killed < KILLS; i++) {
      int which = i % operations.size();
      Process process = linuxkit.start(operations.get(which));
      Thread.sleep(Duration.ofNanos((long) (durations.get(which) * random.nextDouble())));
      killed += process.isAlive() ? 1 : 0;
      process.destroyForcibly().waitFor();
      requireWhole();
      if (i % 8 == 7) {
        assertThat(build("after")).isEqualTo(expected);
      }
    }
    assertThat(build("last")).isEqualTo(expected);
    linuxkit.run("cache", "push", "--override", image).succeeds();
    linuxkit.run("cache", "prune").succeeds();
    try (Stream<Path> files = Files.walk(linuxkit.cache())) {
      assertThat(files.filter(file -> file.toString().endsWith(".tmp"))).isEmpty();
    }
    requireWhole();
  }

  @Test
  void letsManyProcessesWorkWithoutLossOrBlocking() throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    List<Future<List<String>>> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(PROCESSES)) {
      for (int i = 0; i < PROCESSES; i++) {
        int number = i;
        results.add(threads.submit(() -> useUntil(end, number)));
      }
    }
    List<String> names = new ArrayList<>();
    for (Future<List<String>> result : results) {
      names.addAll(result.get());
    }
    requireWhole();
    assertThat(ImageStore.open(linuxkit.cache(), Progress.silent()).list())
        .extracting(NamedDescriptor::name)
        .containsAll(names);
    assertThat(build("last")).isEqualTo(expected);
  }

  /** Does one thing after the other; the names that it gave and that nobody takes away. */
  private List<String> useUntil(long end, int number) throws IOException {
    Random random = new Random(number);
    List<String[]> operations = new ArrayList<>(operations("process" + number).values());
    operations.add(new String[] {"cache", "verify"});
    operations.add(new String[] {"cache", "ls"});
    List<String> names = new ArrayList<>();
    while (names.isEmpty() || System.nanoTime() < end) {
      String name = "kept.example/process" + number + ":" + names.size();
      linuxkit.run("cache", "import", "--name", name, archive.toString()).succeeds();
      names.add(name);
      String[] operation = operations.get(random.nextInt(operations.size()));
      Linuxkit.Result result = linuxkit.run(operation);
      // Another one may have removed the image just before.
      assertThat(result.status() == 0 || result.err().contains("no such image"))
          .as(String.join(" ", operation) + ": " + result.err())
          .isTrue();
      if (operation[0].equals("build")) {
        assertThat(Files.readAllBytes(work.resolve("process" + number + ".tar")))
            .isEqualTo(expected);
      }
    }
    return names;
  }
}
