package linuxkit.test.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;
import linuxkit.test.packages.BuildKitEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Command lines of scripts made for LinuxKit end here as they do there. */
class ReplayTest {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir private static Path folder;
  private static DockerRegistry registry;
  private static BuildKitEngine engine;
  private static Map<String, String> environment;

  @BeforeAll
  static void start() throws Exception {
    registry = DockerRegistry.start(Files.createDirectory(folder.resolve("registry")));
    engine = BuildKitEngine.start();
    Path work = Files.createDirectory(folder.resolve("work"));
    StandIns.copy(work, registry.authority());
    environment = new HashMap<>(engine.environment());
    environment.merge("PATH", Linuxkit.distribution() + "/bin:", (path, bin) -> bin + path);
    environment.put("HOME", folder.toString());
    // Without buildx, so that buildah builds: BuildKit would fetch its scanner from Docker Hub.
    environment.put("DOCKER_CONFIG", folder.toString());
    environment.put("CONTAINERS_STORAGE_CONF", Programs.buildahStorage(folder).toString());
    environment.put("LINUXKIT_CACHE", StandIns.store(work).toString());
    environment.put("LINUXKIT_INITRD_COMPRESSION", "gzip");
    StandIns.keepKey(folder);
    // hook has a store of its own. No blob is written to once it is complete.
    Programs.run(work, "mkdir", "-p", "hook/cache/linuxkit");
    Programs.run(work.resolve("store"), "cp", "-r", "--link", "blobs", "../hook/cache/linuxkit");
    Programs.run(
        work.resolve("store"),
        "cp",
        "-r",
        "derived",
        "index.json",
        "oci-layout",
        "../hook/cache/linuxkit");
  }

  @AfterAll
  static void stop() {
    engine.close();
    registry.close();
  }

  @TestFactory
  Stream<DynamicContainer> endsAsWithLinuxKit() throws IOException {
    SequencedMap<String, List<ReplayedLine>> sections =
        ReplayedLine.read(folder.resolve("work/commands"));
    return sections.entrySet().stream()
        .map(
            section ->
                DynamicContainer.dynamicContainer(
                    section.getKey(),
                    section.getValue().stream()
                        .map(
                            line ->
                                DynamicTest.dynamicTest(
                                    line.number() + ": " + line.command(),
                                    () -> replay(section.getKey(), line)))));
  }

  private static void replay(String section, ReplayedLine line) throws Exception {
    Path place = folder.resolve("work").resolve(section);
    Set<String> before = files(place);
    Linuxkit.Result result = bash(place, line.command());
    if (!line.failure().isEmpty()) {
      assertThat(result.fails().err()).contains(line.failure());
    } else {
      result.succeeds();
    }
    for (String expected : line.prints()) {
      assertThat(result.out().lines()).anyMatch(Pattern.compile(expected).asMatchPredicate());
    }
    Set<String> written = files(place);
    written.removeAll(before);
    assertThat(written).containsExactlyInAnyOrderElementsOf(line.writes());
  }

  private static Set<String> files(Path place) throws IOException {
    try (Stream<Path> all = Files.walk(place)) {
      return all.filter(Files::isRegularFile)
          .map(file -> place.relativize(file).toString())
          .filter(file -> !file.startsWith(".git/") && !file.startsWith("cache/"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Linuxkit.Result bash(Path place, String command) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", command)
            .directory(place.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("still running: " + command);
    }
    return new Linuxkit.Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
