package linuxkit.filesystem.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.Failure;
import linuxkit.base.Sha256;
import linuxkit.base.SparseImage;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.base.io.RandomAccessOutput;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Trees;
import linuxkit.filesystem.erofs.ErofsCompression;
import linuxkit.filesystem.erofs.ErofsOptions;
import linuxkit.filesystem.erofs.ErofsWriter;
import linuxkit.filesystem.fat.FatImage;
import linuxkit.filesystem.fat.FatOptions;
import linuxkit.filesystem.fat.FatType;
import linuxkit.filesystem.iso9660.Iso9660Image;
import linuxkit.filesystem.iso9660.IsoOptions;
import linuxkit.filesystem.squashfs.SquashfsCompression;
import linuxkit.filesystem.squashfs.SquashfsOptions;
import linuxkit.filesystem.squashfs.SquashfsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads what the writers write; other tests check those with the tools of others. */
class FileSystemReadersTest {
  /** A reader of one file system. */
  private interface Reader {
    void read(RandomAccessInput in, String where, FileVisitor visitor) throws IOException;
  }

  @TempDir Path directory;

  private static FileTree tree() {
    FileTree tree = Trees.sample();
    Random random = new Random(1);
    for (int size : new int[] {4096, 65_537, 1_000_000}) {
      byte[] noise = new byte[size];
      random.nextBytes(noise);
      byte[] text = "some text that repeats itself, ".repeat(size / 30).getBytes(UTF_8);
      Trees.put(tree, "noise" + size, Trees.file(noise, Metadata.of(0644, 0, 0, 5)));
      Trees.put(tree, "text" + size, Trees.file(text, Metadata.of(0644, 7, 8, Trees.TIME)));
    }
    return tree;
  }

  private static SortedMap<String, String> lines(Path image, Reader reader) throws IOException {
    SortedMap<String, String> lines = new TreeMap<>();
    try (FileChannel channel = FileChannel.open(image)) {
      reader.read(
          RandomAccessInput.of(channel),
          "it",
          (file, content) ->
              lines.put(file.path(), Trees.line(describe(file, content), file.metadata())));
    }
    lines.remove("");
    return lines;
  }

  private static String describe(StoredFile file, InputStream content) {
    return switch (file.type()) {
      case DIRECTORY -> "directory";
      case FIFO -> "fifo";
      case SYMLINK -> "symlink " + file.link();
      case HARD_LINK -> "link " + file.link();
      case BLOCK_DEVICE -> "block " + file.device().major() + ":" + file.device().minor();
      case CHARACTER_DEVICE -> "character " + file.device().major() + ":" + file.device().minor();
      case FILE -> {
        try {
          byte[] bytes = content.readAllBytes();
          assertThat(bytes.length).isEqualTo((int) file.size());
          yield "file " + Sha256.hex(bytes);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private Path squashfs(SquashfsCompression compression) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] head = new SquashfsWriter(SquashfsOptions.of(compression, 9)).write(tree(), body);
    Path image = Files.write(directory.resolve("squashfs"), head);
    return Files.write(image, body.toByteArray(), StandardOpenOption.APPEND);
  }

  private Path erofs(ErofsOptions options) throws IOException {
    Path image = directory.resolve("erofs");
    try (FileChannel file =
        FileChannel.open(image, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      new ErofsWriter(options).write(tree(), RandomAccessOutput.to(file));
    }
    return image;
  }

  private Path image(String name, SparseImage image) throws IOException {
    Path file = directory.resolve(name);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      image.writeTo(channel);
    }
    return file;
  }

  @ParameterizedTest
  @EnumSource
  void readsASquashfs(SquashfsCompression compression) throws IOException {
    assertThat(lines(squashfs(compression), SquashfsReader::read)).isEqualTo(Trees.lines(tree()));
  }

  @ParameterizedTest
  @EnumSource
  void readsAnErofs(ErofsCompression compression) throws IOException {
    Path image = erofs(new ErofsOptions(compression, "x", Trees.TIME));
    assertThat(lines(image, ErofsReader::read)).isEqualTo(Trees.lines(tree()));
  }

  @Test
  void readsADenseErofs() throws IOException {
    Path image = erofs(ErofsOptions.dense(6, Trees.TIME));
    assertThat(lines(image, ErofsReader::read)).isEqualTo(Trees.lines(tree()));
  }

  @Test
  void readsADisc() throws IOException {
    FileTree tree = tree();
    tree.remove("n".repeat(255));
    Path iso = image("iso", Iso9660Image.of(tree, IsoOptions.of("x", Trees.TIME)).image());
    SortedMap<String, String> expected = Trees.lines(tree);
    // The format has no times before 1900, and years in one byte.
    assertThat(lines(iso, Iso9660Reader::read)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void readsAFatVolume(FatType type) throws IOException {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    Metadata metadata = Metadata.of(0644, 0, 0, 0);
    Trees.put(tree, "EFI", Trees.directory(0755));
    Trees.put(tree, "EFI/BOOT", Trees.directory(0755));
    Trees.put(tree, "EFI/BOOT/BOOTX64.EFI", Trees.file(new byte[70_001], metadata));
    Trees.put(tree, "a long name, größer.txt", Trees.file("text".getBytes(UTF_8), metadata));
    Trees.put(tree, "empty", Trees.file(new byte[0], metadata));
    for (int i = 0; i < 200; i++) {
      Trees.put(tree, "EFI/file number " + i, Trees.file(new byte[i], metadata));
    }
    FatOptions options =
        FatOptions.smallest(type == FatType.FAT12 ? 0 : 40 << 20, 512).withType(type);
    if (type == FatType.FAT12) {
      options = options.withSectorsPerCluster(8);
    }
    Path volume = image("fat", FatImage.of(tree, options).image());
    SortedMap<String, String> found = new TreeMap<>();
    lines(volume, FatReader::read)
        .forEach((path, line) -> found.put(path, line.replaceFirst(" 0.*", "")));
    SortedMap<String, String> expected = new TreeMap<>();
    Trees.lines(tree).forEach((path, line) -> expected.put(path, line.replaceFirst(" 0.*", "")));
    assertThat(found).isEqualTo(expected);
  }

  /** Whatever is in an image, reading it ends, with a failure or without. */
  @Test
  void survivesDamage() throws IOException {
    Path squashfs = squashfs(SquashfsCompression.GZIP);
    Path erofs = erofs(new ErofsOptions(ErofsCompression.LZ4, "x", Trees.TIME));
    FileTree tree = tree();
    tree.remove("n".repeat(255));
    Path iso = image("iso", Iso9660Image.of(tree, IsoOptions.of("x", Trees.TIME)).image());
    damage(squashfs, SquashfsReader::read, 96, 4000);
    damage(erofs, ErofsReader::read, 1024, 8192);
    damage(iso, Iso9660Reader::read, 32_768, 80_000);
  }

  private static void damage(Path image, Reader reader, int from, int to) throws IOException {
    byte[] good = Files.readAllBytes(image);
    Random random = new Random(2);
    for (int i = 0; i < 300; i++) {
      byte[] bad = good.clone();
      for (int j = 0; j < 4; j++) {
        // Half of them near the end, where a squashfs has its tables.
        int at =
            random.nextBoolean()
                ? from + random.nextInt(to - from)
                : bad.length - 1 - random.nextInt(8000);
        bad[at] = (byte) random.nextInt();
      }
      try {
        reader.read(
            new InMemory(bad),
            "it",
            (_, content) -> content.transferTo(OutputStream.nullOutputStream()));
      } catch (IOException | Failure _) {
        // Either is what a command reports.
      }
    }
    assertThatThrownBy(() -> reader.read(new InMemory(new byte[40_000]), "it", (_, _) -> {}))
        .isInstanceOf(FileSystemReadFailure.class);
  }

  private static final class InMemory implements RandomAccessInput {
    private final byte[] bytes;

    InMemory(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void readWithin(long offset, byte[] into, int at, int length) {
      ByteBuffer.wrap(bytes).get((int) offset, into, at, length);
    }
  }
}
