package linuxkit.boot.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.InitrdTools;
import linuxkit.boot.Systems;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.fixtures.ProgressLog;
import linuxkit.system.assembly.SystemTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InitrdBuilderTest {
  static List<InitrdCompression> compressions() {
    return List.of(InitrdCompression.ZSTD, InitrdCompression.GZIP, InitrdCompression.NONE);
  }

  @TempDir Path directory;

  private byte[] build(SystemTree system, Path cache, InitrdCompression compression)
      throws IOException {
    Initrd initrd =
        new InitrdBuilder(new WorkCache(cache), compression, Progress.silent()).build(system);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    initrd.writeTo(bytes);
    assertThat((long) bytes.size()).isEqualTo(initrd.size());
    assertThat(Sha256.hex(bytes.toByteArray())).isEqualTo(initrd.sha256());
    assertThat(initrd.open().readAllBytes()).isEqualTo(bytes.toByteArray());
    return bytes.toByteArray();
  }

  /** Lists what GNU tools should unpack: everything except the contents of boot. */
  private static SortedMap<String, String> expected(FileTree files) throws IOException {
    SortedMap<String, String> lines = new TreeMap<>();
    files.<IOException>walk(
        entry -> {
          String permissions = Integer.toOctalString(entry.node().metadata().permissions());
          if (!entry.path().startsWith("boot/")) {
            lines.put(
                entry.path(),
                switch (entry.node()) {
                  case Node.Directory _ -> "40" + permissions;
                  case Node.Symlink link -> "-> " + link.target();
                  case Node.RegularFile file ->
                      "10"
                          + (permissions.length() == 3 ? "0" : "")
                          + permissions
                          + " "
                          + file.content().sha256();
                  case Node.Device _, Node.Fifo _ -> throw new AssertionError(entry.path());
                });
          }
        });
    return lines;
  }

  /** Lists the files of the cache. */
  private static List<Path> files(Path cache) throws IOException {
    try (var files = Files.list(cache.resolve("initrd"))) {
      return files.sorted().toList();
    }
  }

  private static List<byte[]> segments(Path cache) throws IOException {
    List<byte[]> segments = new ArrayList<>();
    for (Path file : files(cache)) {
      segments.add(Files.readAllBytes(file));
    }
    return segments;
  }

  /** Decompresses the frame or member at an offset. */
  private static byte[] frame(InitrdCompression compression, byte[] initrd, int at)
      throws DataFormatException {
    int size =
        switch (compression.kind()) {
          case ZSTD, EROFS -> (int) Zstd.findFrameCompressedSize(initrd, at);
          case NONE -> initrd.length;
          case GZIP -> {
            try (Inflater inflater = new Inflater(true)) {
              int header = 10;
              int trailer = 8;
              inflater.setInput(initrd, at + header, initrd.length - at - header);
              while (!inflater.finished()) {
                inflater.inflate(new byte[1 << 16]);
              }
              yield header + (int) inflater.getBytesRead() + trailer;
            }
          }
        };
    return Arrays.copyOfRange(initrd, at, at + size);
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void writesSegmentsThatGnuToolsUnpackToTheTree(InitrdCompression compression) throws Exception {
    SystemTree system = Systems.full();
    byte[] initrd = build(system, directory.resolve("cache"), compression);
    Path root = Files.createDirectory(directory.resolve("root"));
    int at = 0;
    int count = 0;
    while (at < initrd.length) {
      assertThat(at % 4).isZero();
      byte[] frame = frame(compression, initrd, at);
      byte[] cpio =
          switch (compression.kind()) {
            case ZSTD, EROFS -> InitrdTools.run(root, frame, "zstd", "-dcq");
            case GZIP -> InitrdTools.run(root, frame, "gzip", "-dcq");
            case NONE -> frame;
          };
      InitrdTools.run(root, cpio, "cpio", "-idmu", "--quiet");
      at += (frame.length + 3) / 4 * 4;
      count++;
    }
    assertThat(count).isEqualTo(compression.equals(InitrdCompression.ZSTD) ? 5 : 1);
    assertThat(Files.readString(root.resolve(InitrdMarks.MEMORY)))
        .isEqualTo(compression.equals(InitrdCompression.NONE) ? "90\n" : "89\n");
    assertThat(root.resolve(InitrdMarks.END)).isEmptyFile();
    Files.delete(root.resolve(InitrdMarks.MEMORY));
    Files.delete(root.resolve(InitrdMarks.END));
    assertThat(InitrdTools.list(root)).isEqualTo(expected(system.files()));
    assertThat(Files.getAttribute(root.resolve("bin/tool"), "unix:nlink")).isEqualTo(2);
    assertThat(Files.isSameFile(root.resolve("bin/tool"), root.resolve("bin/other-name"))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void writesTheSameInitrdFromTheCache(InitrdCompression compression) throws Exception {
    Path cache = directory.resolve("cache");
    byte[] first = build(Systems.full(), cache, compression);
    List<byte[]> segments = segments(cache);
    assertThat(build(Systems.full(), cache, compression)).isEqualTo(first);
    assertThat(build(Systems.full(), directory.resolve("other"), compression)).isEqualTo(first);
    assertThat(segments(cache)).hasSameSizeAs(segments).hasSize(5);
  }

  @Test
  void putsTheFilesOfInitBeforeThoseOfOtherComponents() {
    FileTree files = new FileTree(Metadata.of(0755, 0, 0, 0));
    for (String image : List.of("a", "init", "z")) {
      files.put(
          image.equals("init") ? "init" : image + "-file",
          new Node.RegularFile(Metadata.of(0755, 0, 0, 0), Content.of(new byte[5000])),
          new Origin(image, image, "sha256:1"));
    }
    assertThat(SegmentPlan.of(files))
        .extracting(Segment::name)
        .containsExactly("the base system", "init", "a", "z");
    assertThat(SegmentPlan.of(files))
        .extracting(Segment::unpacked)
        .containsExactly(0L, 8192L, 8192L, 8192L);
  }

  @Test
  void asksForTwiceTheUnpackedSizeAndThePackedOneAndTheKernels() {
    long mebibyte = 1 << 20;
    assertThat(InitrdMarks.machine(55 * mebibyte, 142 * mebibyte, 1000)).isEqualTo(420);
  }

  @Test
  void writesTheSameInitrdInAnyTimeZoneAndLocale() throws Exception {
    byte[] first = build(Systems.full(), directory.resolve("a"), InitrdCompression.ZSTD);
    TimeZone zone = TimeZone.getDefault();
    Locale locale = Locale.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(build(Systems.full(), directory.resolve("b"), InitrdCompression.ZSTD))
          .isEqualTo(first);
    } finally {
      TimeZone.setDefault(zone);
      Locale.setDefault(locale);
    }
  }

  @Test
  void remakesOnlyTheChangedContainer() throws Exception {
    Path cache = directory.resolve("cache");
    build(Systems.full(), cache, InitrdCompression.ZSTD);
    build(Systems.withOtherWeb(), cache, InitrdCompression.ZSTD);
    assertThat(segments(cache)).hasSize(6);
  }

  @Test
  void remakesDamagedCacheEntries() throws Exception {
    Path cache = directory.resolve("cache");
    byte[] first = build(Systems.full(), cache, InitrdCompression.ZSTD);
    for (Path file : files(cache)) {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 3] ^= 1;
      Files.write(file, bytes);
    }
    assertThat(build(Systems.full(), cache, InitrdCompression.ZSTD)).isEqualTo(first);
  }

  @Test
  void reportsThePathOfASegmentThatIsLostBeforeItIsWritten() throws IOException {
    Path cache = directory.resolve("cache");
    Initrd initrd =
        new InitrdBuilder(new WorkCache(cache), InitrdCompression.ZSTD, Progress.silent())
            .build(Systems.full());
    for (Path file : files(cache)) {
      Files.write(file, new byte[0]);
    }
    assertThatThrownBy(initrd::sha256)
        .isInstanceOfSatisfying(
            FileFailure.class,
            failure -> {
              assertThat(failure.what())
                  .isEqualTo("cannot read a file of the system: the cached file is damaged");
              assertThat(failure.where()).startsWith(cache.toString());
              assertThat(failure.hint()).isEqualTo("try again: the file will be rebuilt");
            });
    for (Path file : files(cache)) {
      Files.delete(file);
    }
    assertThatThrownBy(initrd::sha256)
        .isInstanceOf(FileFailure.class)
        .hasMessageStartingWith(cache.toString())
        .hasMessageEndingWith(": cannot read a file of the system: no such file or directory");
  }

  @Test
  void doesNotCacheASegmentWithAnUnreadableFile() {
    Path cache = directory.resolve("cache");
    assertThatThrownBy(() -> build(Systems.unreadable(), cache, InitrdCompression.ZSTD))
        .isInstanceOf(FileFailure.class)
        .hasMessage("cannot read etc/broken: the disk is broken");
    assertThat(cache.resolve("initrd"))
        .isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
  }

  @Test
  void reportsOnceHowManyFilesLoseTheirExtendedAttributes() {
    SystemTree system = Systems.full();
    Systems.put(system.files(), "bin/ping", Systems.fileWithXattr("security.capability"));
    Systems.put(system.files(), "bin/traceroute", Systems.fileWithXattr("security.capability"));
    ProgressLog progress = new ProgressLog();
    new InitrdBuilder(new WorkCache(directory.resolve("cache")), InitrdCompression.ZSTD, progress)
        .build(system);
    assertThat(progress.warnings())
        .containsExactly(
            "an initrd cannot carry extended attributes: those of 2 files are left out, such as"
                + " security.capability of bin/ping");
  }

  @Test
  void refusesAnInitrdTooLargeForBootLoaders() {
    Content huge =
        new Content() {
          @Override
          public long size() {
            return 1L << 31;
          }

          @Override
          public String sha256() {
            throw new AssertionError("not needed");
          }

          @Override
          public InputStream open() {
            throw new AssertionError("not needed");
          }
        };
    assertThatThrownBy(() -> Initrd.of(List.of(), 1).withMicrocode(huge))
        .isInstanceOf(InitrdFailure.class)
        .hasMessageContaining("2048 MiB");
  }
}
