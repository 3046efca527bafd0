package linuxkit.base.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import linuxkit.base.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkCacheTest {
  private static final byte[] PAYLOAD = "some payload".getBytes(UTF_8);

  @TempDir private Path temporary;
  private final AtomicInteger made = new AtomicInteger();

  private CachedFile get(WorkCache cache) {
    return cache.get("thing", "ab12", this::makePayload);
  }

  private void makePayload(OutputStream out) throws IOException {
    made.incrementAndGet();
    out.write(PAYLOAD);
  }

  private Path file() {
    return temporary.resolve("cache/thing/ab12");
  }

  private WorkCache cache() {
    return new WorkCache(temporary.resolve("cache"));
  }

  private static byte[] read(CachedFile file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    file.writeTo(out);
    return out.toByteArray();
  }

  @Test
  void findsFilesOfEarlierProcesses() throws IOException {
    CachedFile file = get(cache());
    CachedFile again = get(cache());

    assertThat(made).hasValue(1);
    for (CachedFile each : List.of(file, again)) {
      assertThat(each.size()).isEqualTo(PAYLOAD.length);
      assertThat(each.sha256()).isEqualTo(Sha256.hex(PAYLOAD));
      assertThat(read(each)).isEqualTo(PAYLOAD);
      try (InputStream in = each.open()) {
        assertThat(in.readAllBytes()).isEqualTo(PAYLOAD);
      }
    }
  }

  @Test
  void readsTheWholePayloadAtOnce() throws IOException {
    for (int round = 0; round < 2; round++) {
      assertThat(cache().bytes("thing", "ab12", this::makePayload)).isEqualTo(PAYLOAD);
    }
    assertThat(made).hasValue(1);
    assertThat(cache().findBytes("thing", "ab12")).contains(PAYLOAD);
    assertThat(cache().findBytes("thing", "ab13")).isEmpty();
    assertThat(cache().bytes("thing", "00", _ -> {})).isEmpty();
  }

  @Test
  void channelReadsThePayloadAnywhere() throws IOException {
    try (FileChannel channel = get(cache()).channel()) {
      ByteBuffer bytes = ByteBuffer.allocate(3);
      channel.read(bytes, 5);
      assertThat(new String(bytes.array(), UTF_8)).isEqualTo("pay");
    }
  }

  @Test
  void cachesAnEmptyPayload() throws IOException {
    CachedFile file = cache().get("thing", "00", _ -> {});
    assertThat(file.size()).isZero();
    assertThat(read(file)).isEmpty();
    assertThat(cache().find("thing", "00")).isPresent();
  }

  @Test
  void returnsPayloadsOfEverySizeAroundTheBuffer() throws IOException {
    byte[] bytes = new byte[(1 << 18) + 7];
    new Random(1).nextBytes(bytes);
    CachedFile file =
        cache()
            .get(
                "thing",
                "01",
                out -> {
                  out.write(bytes[0]);
                  out.write(bytes, 1, 1000);
                  out.write(bytes, 1001, bytes.length - 1001);
                });
    assertThat(read(file)).isEqualTo(bytes);
    assertThat(file.sha256()).isEqualTo(Sha256.hex(bytes));
  }

  @Test
  void findsNothingBeforeItIsMade() {
    assertThat(cache().find("thing", "ab12")).isEmpty();
    assertThat(temporary.resolve("cache")).doesNotExist();
  }

  @Test
  void detectsAnyFlippedBitAndRemakesTheFile() throws IOException {
    get(cache());
    byte[] good = Files.readAllBytes(file());
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      Files.write(file(), bad);
      assertThat(cache().find("thing", "ab12")).as("byte %d flipped", i).isEmpty();
      assertThat(cache().findBytes("thing", "ab12")).as("byte %d flipped", i).isEmpty();
    }
    assertThat(cache().bytes("thing", "ab12", this::makePayload)).isEqualTo(PAYLOAD);
    assertThat(made).hasValue(2);
    assertThat(Files.readAllBytes(file())).isEqualTo(good);
  }

  @Test
  void detectsUnverifiedDamageWhenAllIsRead() throws IOException {
    get(cache());
    byte[] bytes = Files.readAllBytes(file());
    bytes[0] ^= 1;
    Files.write(file(), bytes);
    CachedFile file = cache().getUnverified("thing", "ab12", this::makePayload);
    assertThat(made).hasValue(1);
    assertThatThrownBy(() -> read(file)).isInstanceOf(IOException.class);
    assertThat(read(get(cache()))).isEqualTo(PAYLOAD);
  }

  @Test
  void detectsTruncationAnywhere() throws IOException {
    get(cache());
    byte[] good = Files.readAllBytes(file());
    for (int length = 0; length < good.length; length++) {
      Files.write(file(), Arrays.copyOf(good, length));
      assertThat(cache().find("thing", "ab12")).as("cut to %d bytes", length).isEmpty();
    }
  }

  @Test
  void ignoresAnIntactFileUnderAWrongName() throws IOException {
    get(cache());
    Files.copy(file(), file().resolveSibling("ff"));
    assertThat(cache().find("thing", "ff")).isEmpty();
  }

  @Test
  void remakesFilesOfAnotherLayoutVersion() throws IOException {
    get(cache());
    byte[] other = Files.readAllBytes(file());
    other[PAYLOAD.length + 11]++;
    Files.write(file(), other);
    get(cache());
    assertThat(made).hasValue(2);
  }

  @Test
  void stopsReadingAFileDamagedAfterLookup() throws IOException {
    CachedFile file = get(cache());
    byte[] bytes = Files.readAllBytes(file());
    bytes[0] ^= 1;
    Files.write(file(), bytes);
    assertThatThrownBy(() -> read(file)).isInstanceOf(IOException.class);
    try (InputStream in = file.open()) {
      assertThatThrownBy(() -> in.readNBytes(PAYLOAD.length)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void stopsReadingAFileTruncatedAfterLookup() throws IOException {
    CachedFile file = get(cache());
    Files.write(file(), new byte[3]);
    assertThatThrownBy(() -> read(file)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> file.copyTo(OutputStream.nullOutputStream()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void copiesThePayloadWithoutTheTrailer() throws IOException {
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    get(cache()).copyTo(copy);
    assertThat(copy.toByteArray()).isEqualTo(PAYLOAD);
  }

  @Test
  void failingMakerLeavesNothing() throws IOException {
    WorkCache cache = cache();
    assertThatThrownBy(
            () ->
                cache.get(
                    "thing",
                    "ab12",
                    out -> {
                      out.write(PAYLOAD);
                      throw new IOException("the source went away");
                    }))
        .isInstanceOf(FileFailure.class)
        .hasMessageContaining("the source went away");
    assertThatThrownBy(
            () ->
                cache.get(
                    "thing",
                    "ab12",
                    _ -> {
                      throw new IllegalStateException("a defect");
                    }))
        .isInstanceOf(IllegalStateException.class);
    try (Stream<Path> files = Files.list(file().getParent())) {
      assertThat(files).isEmpty();
    }
    assertThat(read(get(cache))).isEqualTo(PAYLOAD);
  }

  @Test
  void threadsOfOneProcessMakeAFileOnce() throws Exception {
    WorkCache cache = cache();
    assertThat(inParallel(8, () -> read(get(cache)))).allMatch(b -> Arrays.equals(b, PAYLOAD));
    assertThat(made).hasValue(1);
  }

  @Test
  void concurrentProcessesAllGetIntactFiles() throws Exception {
    List<byte[]> all = inParallel(8, () -> read(get(cache())));
    assertThat(all).allMatch(b -> Arrays.equals(b, PAYLOAD));
    try (Stream<Path> files = Files.list(file().getParent())) {
      assertThat(files).containsExactly(file());
    }
  }

  private static <T> List<T> inParallel(int threads, Callable<T> work) throws Exception {
    List<T> all = new ArrayList<>();
    try (var executor = Executors.newFixedThreadPool(threads)) {
      for (Future<T> one : executor.invokeAll(Collections.nCopies(threads, work))) {
        all.add(one.get());
      }
    }
    return all;
  }

  @Test
  void scratchFilesHaveNoName() throws IOException {
    try (FileChannel scratch = cache().scratch()) {
      scratch.write(ByteBuffer.wrap(PAYLOAD), 5);
      assertThat(scratch.size()).isEqualTo(5 + PAYLOAD.length);
      try (Stream<Path> files = Files.walk(temporary)) {
        assertThat(files.filter(Files::isRegularFile)).isEmpty();
      }
    }
  }

  @Test
  void usesATemporaryDirectoryIfNothingCanBeWritten() throws IOException {
    // Not even root can create a directory below a file, whereas root ignores permissions.
    Path blocked = Files.writeString(temporary.resolve("cache"), "a file");
    WorkCache cache = new WorkCache(blocked.resolve("below"));

    assertThat(read(get(cache))).isEqualTo(PAYLOAD);
    assertThat(read(get(cache))).isEqualTo(PAYLOAD);
    assertThat(made).hasValue(1);
    assertThat(cache.find("thing", "ab12")).isPresent();
  }

  @Test
  void usesFilesInAReadOnlyDirectory() throws IOException {
    get(cache());
    Files.writeString(temporary.resolve("cache/other"), "in the way of a directory");
    WorkCache cache = cache();
    cache.get("other", "ab", this::makePayload);
    get(cache);
    assertThat(made).hasValue(2);
  }

  @Test
  void removesTheTemporaryDirectoryWithItsContent() throws IOException {
    Path directory = Files.createDirectories(temporary.resolve("a/b"));
    Files.writeString(directory.resolve("c"), "d");
    TemporaryDirectory.delete(temporary.resolve("a"));
    assertThat(temporary.resolve("a")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a/b", "AB", "xyz", "../ab"})
  void refusesKeysThatAreNotHexadecimal(String key) {
    assertThatThrownBy(() -> cache().find("thing", key))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a/b", "Thing", "-a"})
  void refusesKindsThatAreNotShortNames(String kind) {
    assertThatThrownBy(() -> cache().find(kind, "ab")).isInstanceOf(IllegalArgumentException.class);
  }
}
