package linuxkit.boot.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.InitrdTools;
import linuxkit.boot.Systems;
import linuxkit.filesystem.archive.CpioEntry;
import linuxkit.filesystem.archive.CpioReader;
import linuxkit.system.assembly.SystemTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An initrd as scripts expect it: one gzip member, or nothing, around one cpio archive. */
class OneArchiveTest {
  @TempDir Path directory;

  private byte[] build(SystemTree system, InitrdCompression compression) throws IOException {
    WorkCache cache = new WorkCache(directory.resolve("cache"));
    Initrd initrd = new InitrdBuilder(cache, compression, Progress.silent()).build(system);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    initrd.writeTo(bytes);
    assertThat(initrd.open().readAllBytes()).isEqualTo(bytes.toByteArray());
    return bytes.toByteArray();
  }

  private int pieces() throws IOException {
    try (var files = Files.list(directory.resolve("cache/initrd"))) {
      return (int) files.count();
    }
  }

  private static List<CpioEntry> entries(byte[] archive) throws IOException {
    CpioReader reader = new CpioReader(new ByteArrayInputStream(archive), "it");
    List<CpioEntry> entries = new ArrayList<>();
    for (Optional<CpioEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
      entries.add(next.get());
    }
    return entries;
  }

  private static List<String> paths(byte[] archive) throws IOException {
    return entries(archive).stream().map(CpioEntry::path).toList();
  }

  @Test
  void isOneGzipMemberThatListsEveryEntryOnce() throws Exception {
    byte[] initrd = build(Systems.full(), InitrdCompression.GZIP);
    byte[] cpio = InitrdTools.run(directory, initrd, "gzip", "-dcq");
    try (Inflater inflater = new Inflater(true)) {
      inflater.setInput(initrd, 10, initrd.length - 10);
      byte[] inflated = new byte[cpio.length + 1];
      assertThat(inflater.inflate(inflated)).isEqualTo(cpio.length);
      assertThat(inflater.finished()).isTrue();
      assertThat(inflater.getRemaining()).as("after the only member").isEqualTo(8);
    }
    assertThat(initrd.length % 4).isZero();
    Path file = Files.write(directory.resolve("it.gz"), initrd);
    String list =
        new String(
            InitrdTools.run(directory, new byte[0], "gzip", "-l", file.toString()),
            StandardCharsets.UTF_8);
    assertThat(list).contains(" " + initrd.length + " ").contains(" " + cpio.length + " ");
    List<String> names =
        new String(
                InitrdTools.run(directory, cpio, "cpio", "-it", "--quiet"), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(names)
        .doesNotHaveDuplicates()
        .startsWith(InitrdMarks.MEMORY)
        .contains("bin/tool", "containers/services/web/rootfs/data")
        .endsWith(InitrdMarks.END);
    assertThat(names).hasSameSizeAs(entries(cpio));
  }

  @Test
  void isTheSameArchiveWithoutCompression() throws Exception {
    byte[] initrd = build(Systems.full(), InitrdCompression.GZIP);
    byte[] unpacked = InitrdTools.run(directory, initrd, "gzip", "-dc");
    byte[] plain = build(Systems.full(), InitrdCompression.NONE);
    // The needed memory depends on the packed size.
    assertThat(plain).hasSameSizeAs(unpacked);
    assertThat(paths(plain)).isEqualTo(paths(unpacked));
    assertThat(plain.length % 512).isZero();
  }

  @Test
  void numbersEachFileOfAllPiecesOnce() throws Exception {
    Set<Long> numbers = new HashSet<>();
    int links = 0;
    for (CpioEntry entry : entries(build(Systems.full(), InitrdCompression.NONE))) {
      links += numbers.add(entry.inode().number()) ? 0 : 1;
    }
    assertThat(links).as("bin/other-name").isEqualTo(1);
    InodeRanges ranges = new InodeRanges();
    Set<Long> first = new HashSet<>();
    for (int i = 0; i < 3000; i++) {
      assertThat(first.add(ranges.first("piece " + i, i == 7 ? 200_000 : 10))).isTrue();
    }
    // Its hash is 0, which is not a range.
    assertThat(new InodeRanges().first("", 1)).isNotZero();
    InodeRanges two = new InodeRanges();
    // Their hashes are equal.
    assertThat(two.first("Aa", 1)).isNotEqualTo(two.first("BB", 1));
  }

  @Test
  void remakesOnlyTheChangedPiece() throws Exception {
    build(Systems.full(), InitrdCompression.GZIP);
    int before = pieces();
    byte[] changed = build(Systems.withOtherWeb(), InitrdCompression.GZIP);
    assertThat(pieces()).isEqualTo(before + 1);
    InitrdTools.run(directory, changed, "gzip", "-tq");
  }

  @Test
  void compressesToTheSameBytesOnAnyNumberOfThreads() throws Exception {
    byte[] bytes = Systems.noise(3_000_000, 4).open().readAllBytes();
    List<byte[]> results = new ArrayList<>();
    for (int threads : new int[] {1, 2, 5}) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (DeflatePieces pieces = new DeflatePieces(out, threads)) {
        pieces.write(bytes, 0, 700_001);
        pieces.write(bytes, 700_001, bytes.length - 700_001);
      }
      results.add(out.toByteArray());
    }
    assertThat(results).allSatisfy(each -> assertThat(each).isEqualTo(results.getFirst()));
  }

  @Test
  void keepsBytesThatDoNotCompress() throws Exception {
    byte[] bytes = new byte[1_500_000];
    new Random(1).nextBytes(bytes);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflatePieces pieces = new DeflatePieces(out, 2)) {
      pieces.write(bytes);
    }
    try (Inflater inflater = new Inflater(true)) {
      inflater.setInput(out.toByteArray());
      byte[] inflated = new byte[bytes.length];
      for (int at = 0; at < inflated.length; ) {
        int n = inflater.inflate(inflated, at, inflated.length - at);
        assertThat(n).isPositive();
        at += n;
      }
      assertThat(inflated).isEqualTo(bytes);
    }
  }

  @Test
  void joinsChecksums() {
    Random random = new Random(5);
    for (int second : new int[] {0, 1, 3, 255, 65_536, 1_000_003}) {
      byte[] bytes = new byte[1000 + second];
      random.nextBytes(bytes);
      CRC32 a = new CRC32();
      CRC32 b = new CRC32();
      CRC32 whole = new CRC32();
      a.update(bytes, 0, 1000);
      b.update(bytes, 1000, second);
      whole.update(bytes);
      assertThat(Crc32Sum.join((int) a.getValue(), (int) b.getValue(), second))
          .isEqualTo((int) whole.getValue());
    }
  }
}
