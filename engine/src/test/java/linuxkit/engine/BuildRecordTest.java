package linuxkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileStamp;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.Artefact;
import linuxkit.fixtures.ProgressLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildRecordTest {
  private static final List<String> INPUTS = List.of("--format", "tar", "0123");

  private final ProgressLog log = new ProgressLog();
  @TempDir private Path temporary;
  private Path cache;
  private Path kernel;
  private Path initrd;

  @BeforeEach
  void makesOutputs() throws IOException {
    cache = temporary.resolve("cache");
    kernel = Files.writeString(temporary.resolve("kernel"), "a kernel");
    initrd = Files.writeString(temporary.resolve("initrd"), "an initrd");
  }

  @Test
  void findsNothingCurrentWithoutARecord() {
    assertThat(record(INPUTS).current()).isEmpty();
  }

  @Test
  void findsIntactOutputsCurrentAndRepeatsTheirMessages() throws IOException {
    build();
    assertThat(log.lines()).containsExactly("one", "zwölf", "three");
    assertThat(log.details()).containsExactly("much");
    log.clear();
    assertThat(record(INPUTS).current()).isPresent();
    assertThat(log.lines()).containsExactly("one", "zwölf", "three");
    assertThat(log.warnings()).containsExactly("zwölf");
    assertThat(log.details()).isEmpty();
  }

  @Test
  void makesAMissingOutputAgain() throws IOException {
    build();
    Files.delete(initrd);
    assertNothingIsCurrent(INPUTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"an INITRD", "an initrd and more", ""})
  void makesAChangedOutputAgain(String bytes) throws IOException {
    build();
    Files.writeString(initrd, bytes);
    assertNothingIsCurrent(INPUTS);
  }

  @Test
  void doesNotAdoptOutputsOfAConcurrentBuild() throws IOException {
    Artefact own = artefact(kernel);
    AtomicFile.write(kernel, "no kernel".getBytes(StandardCharsets.UTF_8));
    record(INPUTS).keep(List.of(own));
    assertNothingIsCurrent(INPUTS);
  }

  @Test
  void doesNotAcceptASymbolicLinkAsOutput() throws IOException {
    build();
    Files.createSymbolicLink(initrd, Files.move(initrd, temporary.resolve("elsewhere")));
    assertNothingIsCurrent(INPUTS);
  }

  static Stream<List<String>> otherInputs() {
    return Stream.of(
        List.of("--format", "tar", "0124"),
        List.of("--format", "tar"),
        List.of("--format", "tar", "0123", ""),
        List.of("tar", "--format", "0123"),
        List.of("--formatt", "ar", "0123"));
  }

  @ParameterizedTest
  @MethodSource("otherInputs")
  void buildsAgainForOtherInputs(List<String> inputs) throws IOException {
    build();
    assertNothingIsCurrent(inputs);
    assertThat(record(INPUTS).current()).isPresent();
  }

  @Test
  void ignoresADamagedRecord() throws IOException {
    build();
    Path file = file();
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 1;
      Files.write(file, damaged);
      assertNothingIsCurrent(INPUTS);
    }
    Files.write(file, new byte[0]);
    assertNothingIsCurrent(INPUTS);
    Files.write(file, whole);
    assertThat(record(INPUTS).current()).isPresent();
  }

  @Test
  void ignoresATruncatedRecord() throws IOException {
    build();
    Path file = file();
    Files.delete(file);
    String kind = file.getName(file.getNameCount() - 2).toString();
    new WorkCache(cache).get(kind, file.getFileName().toString(), out -> out.write(0));
    assertNothingIsCurrent(INPUTS);
  }

  @Test
  void replacesTheRecordAfterARepeatedBuild() throws IOException {
    build();
    Files.writeString(initrd, "another initrd");
    assertNothingIsCurrent(INPUTS);
    build();
    assertThat(record(INPUTS).current()).isPresent();
  }

  @Test
  void doesNotRecordOutputsInDevices() {
    record(INPUTS).keep(List.of());
    assertNothingIsCurrent(INPUTS);
    assertThat(cache).doesNotExist();
  }

  private BuildRecord record(List<String> inputs) {
    return new BuildRecord(new WorkCache(cache), inputs, log);
  }

  private void build() throws IOException {
    BuildRecord record = record(INPUTS);
    Progress progress = record.progress();
    progress.info("one");
    progress.warn("zwölf");
    progress.detail("much");
    progress.info("three");
    record.keep(List.of(artefact(kernel), artefact(initrd)));
  }

  private static Artefact artefact(Path file) throws IOException {
    return new Artefact(file, FileStamp.of(file));
  }

  /** Asserts that no output is current and that nothing is reported. */
  private void assertNothingIsCurrent(List<String> inputs) {
    log.clear();
    assertThat(record(inputs).current()).isEmpty();
    assertThat(log.lines()).isEmpty();
    assertThat(log.details()).isEmpty();
  }

  /** Returns the only file of the cache. */
  private Path file() throws IOException {
    try (Stream<Path> all = Files.walk(cache)) {
      List<Path> files = all.filter(Files::isRegularFile).toList();
      assertThat(files).hasSize(1);
      return files.getFirst();
    }
  }
}
