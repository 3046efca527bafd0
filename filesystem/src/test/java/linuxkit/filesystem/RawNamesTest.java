package linuxkit.filesystem;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import linuxkit.base.NameBytes;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.base.io.RandomAccessOutput;
import linuxkit.filesystem.archive.CpioReader;
import linuxkit.filesystem.archive.CpioWriter;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.archive.TarReader;
import linuxkit.filesystem.archive.TarWriter;
import linuxkit.filesystem.erofs.ErofsCompression;
import linuxkit.filesystem.erofs.ErofsOptions;
import linuxkit.filesystem.erofs.ErofsWriter;
import linuxkit.filesystem.iso9660.Iso9660Image;
import linuxkit.filesystem.iso9660.IsoOptions;
import linuxkit.filesystem.read.ErofsReader;
import linuxkit.filesystem.read.FileVisitor;
import linuxkit.filesystem.read.Iso9660Reader;
import linuxkit.filesystem.read.SquashfsReader;
import linuxkit.filesystem.squashfs.SquashfsCompression;
import linuxkit.filesystem.squashfs.SquashfsOptions;
import linuxkit.filesystem.squashfs.SquashfsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that are not UTF-8, in every format and as the tools of others read and write them. */
class RawNamesTest {
  /** One char for each byte. The directory and the last names are longer than fields of tar. */
  private static final String FOLDER = "d\u00e4" + "d".repeat(80);

  private static final List<String> NAMES =
      List.of(
          "file-\u00e4",
          "\u00ff",
          "surrogate \u00ed\u00b2\u0080",
          "\u00c3\u00a4 and \u00e4",
          "?",
          "\u00e2\u0082\u00ac",
          "\u00e2\u0082",
          "long \u00e4".repeat(35));

  private static final String TARGET = "../\u00fe\u00ff/x";

  /** Prints path and type, or the target of a link, of everything below; bytes in hex. */
  private static final String LIST =
      """
      import os
      for folder, folders, files in os.walk(b'.'):
          for name in folders + files:
              path = os.path.join(folder, name)
              link = os.path.islink(path)
              target = ' ' + os.readlink(path).hex() if link else ''
              print(path[2:].hex() + target)
      """;

  private static final String CREATE =
      """
      import os, sys
      folder, target = bytes.fromhex(sys.argv[1]), bytes.fromhex(sys.argv[2])
      os.mkdir(folder)
      for name in sys.argv[3:]:
          with open(folder + b'/' + bytes.fromhex(name), 'w') as file:
              file.write('text')
      os.symlink(target, folder + b'/link')
      os.link(folder + b'/' + bytes.fromhex(sys.argv[3]), folder + b'/\\xf0hard')
      """;

  @TempDir private Path temporary;

  private static String hex(String latin) {
    return HexFormat.of().formatHex(latin.getBytes(ISO_8859_1));
  }

  private static String name(String latin) {
    return NameBytes.decode(latin.getBytes(ISO_8859_1));
  }

  private static FileTree tree() {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    Metadata metadata = Metadata.of(0644, 0, 0, Trees.TIME);
    String folder = name(FOLDER);
    Trees.put(tree, folder, Trees.directory(0755));
    for (String name : NAMES) {
      Trees.put(tree, folder + "/" + name(name), Trees.file("text".getBytes(UTF_8), metadata));
    }
    Trees.put(tree, folder + "/link", new Node.Symlink(metadata, name(TARGET)));
    Node first = tree.find(folder + "/" + name(NAMES.getFirst())).orElseThrow().node();
    Trees.put(tree, folder + "/" + name("\u00f0hard"), first);
    return tree;
  }

  private static SortedSet<String> expected() {
    SortedSet<String> lines = new TreeSet<>();
    lines.add(hex(FOLDER));
    NAMES.forEach(name -> lines.add(hex(FOLDER + "/" + name)));
    lines.add(hex(FOLDER + "/link") + " " + hex(TARGET));
    lines.add(hex(FOLDER + "/\u00f0hard"));
    return lines;
  }

  private static String line(String path, String target) {
    String hex = HexFormat.of().formatHex(NameBytes.encode(path));
    return target.isEmpty() ? hex : hex + " " + HexFormat.of().formatHex(NameBytes.encode(target));
  }

  private String run(Path directory, Path input, String... command) throws Exception {
    return ArchiveTools.run(directory, input, command);
  }

  /** Unpacks with a program and returns what it created. */
  private SortedSet<String> unpacked(Path input, String... command) throws Exception {
    Path root = Files.createDirectory(temporary.resolve("root"));
    run(root, input, command);
    return new TreeSet<>(run(root, Path.of("/dev/null"), "python3", "-c", LIST).lines().toList());
  }

  private static SortedSet<String> tarEntries(Path archive) throws IOException {
    SortedSet<String> lines = new TreeSet<>();
    try (InputStream in = Files.newInputStream(archive)) {
      TarReader reader = new TarReader(in, "it");
      for (Optional<TarEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
        boolean link = e.get().type() == TarEntry.Type.SYMLINK;
        lines.add(line(e.get().path(), link ? e.get().link() : ""));
        if (e.get().type() == TarEntry.Type.HARD_LINK) {
          assertThat(lines).contains(line(e.get().link(), ""));
        }
      }
    }
    lines.remove("");
    return lines;
  }

  private Path archive(String name) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (name.equals("tar")) {
      TarWriter writer = new TarWriter(out);
      writer.addTree(tree(), TarWriter.NO_RECORDS);
      writer.finish();
    } else {
      CpioWriter writer = new CpioWriter(out);
      writer.addTree(tree().root());
      writer.finish();
    }
    return Files.write(temporary.resolve(name), out.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "oldgnu", "posix"})
  void f11ReadsTheNamesThatGnuTarWrites(String format) throws Exception {
    Path root = Files.createDirectory(temporary.resolve("given"));
    List<String> command =
        new ArrayList<>(List.of("python3", "-c", CREATE, hex(FOLDER), hex(TARGET)));
    NAMES.forEach(name -> command.add(hex(name)));
    Path nothing = Path.of("/dev/null");
    run(root, nothing, command.toArray(String[]::new));
    Path archive = temporary.resolve("archive.tar");
    run(root, nothing, "tar", "-cf", archive.toString(), "--sort=name", "--format=" + format, ".");
    assertThat(tarEntries(archive)).isEqualTo(expected());
  }

  @Test
  void f11WritesTarArchivesThatGnuTarUnpacks() throws Exception {
    Path archive = archive("tar");
    assertThat(tarEntries(archive)).isEqualTo(expected());
    assertThat(unpacked(archive, "tar", "-x")).isEqualTo(expected());
  }

  @Test
  void f11WritesCpioArchivesThatCpioUnpacks() throws Exception {
    Path archive = archive("cpio");
    SortedSet<String> lines = new TreeSet<>();
    try (InputStream in = Files.newInputStream(archive)) {
      CpioReader reader = new CpioReader(in, "it");
      for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
        lines.add(line(entry.get().path(), entry.get().target()));
      }
    }
    assertThat(lines).isEqualTo(expected());
    assertThat(unpacked(archive, "cpio", "-id", "--quiet")).isEqualTo(expected());
  }

  private interface Reader {
    void read(RandomAccessInput in, String where, FileVisitor visitor) throws IOException;
  }

  private static SortedSet<String> files(Path image, Reader reader) throws IOException {
    SortedSet<String> lines = new TreeSet<>();
    try (FileChannel channel = FileChannel.open(image)) {
      reader.read(
          RandomAccessInput.of(channel),
          "it",
          (file, _) ->
              lines.add(
                  line(file.path(), file.type() == TarEntry.Type.SYMLINK ? file.link() : "")));
    }
    lines.remove("");
    return lines;
  }

  @Test
  void f11WritesSquashfsImagesThatUnsquashfsUnpacks() throws Exception {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] head =
        new SquashfsWriter(SquashfsOptions.of(SquashfsCompression.GZIP, 9)).write(tree(), body);
    Path image = Files.write(temporary.resolve("image"), head);
    Files.write(image, body.toByteArray(), StandardOpenOption.APPEND);
    assertThat(files(image, SquashfsReader::read)).isEqualTo(expected());
    assertThat(
            unpacked(
                Path.of("/dev/null"), "unsquashfs", "-q", "-n", "-f", "-d", ".", image.toString()))
        .isEqualTo(expected());
  }

  @Test
  void f11WritesErofsImagesThatFsckUnpacks() throws Exception {
    Path image = temporary.resolve("image");
    try (FileChannel file =
        FileChannel.open(image, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      new ErofsWriter(new ErofsOptions(ErofsCompression.LZ4, "x", Trees.TIME))
          .write(tree(), RandomAccessOutput.to(file));
    }
    assertThat(files(image, ErofsReader::read)).isEqualTo(expected());
    assertThat(
            unpacked(
                Path.of("/dev/null"), "fsck.erofs", "--extract=.", "--overwrite", image.toString()))
        .isEqualTo(expected());
  }

  @Test
  void f11WritesDiscsThatXorrisoUnpacks() throws Exception {
    Path image = temporary.resolve("image");
    try (FileChannel channel =
        FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Iso9660Image.of(tree(), IsoOptions.of("x", Trees.TIME)).image().writeTo(channel);
    }
    assertThat(files(image, Iso9660Reader::read)).isEqualTo(expected());
    assertThat(
            unpacked(
                Path.of("/dev/null"),
                "xorriso",
                "-osirrox",
                "on",
                "-indev",
                image.toString(),
                "-extract",
                "/",
                "."))
        .isEqualTo(expected());
  }

  @Test
  void f11SortsByBytes() {
    List<byte[]> names = new ArrayList<>();
    for (String name :
        List.of("", "z", "\u0080", "\u00e4", "\u00ed\u00b2\u0080", "\u00ff", "\u00f0\u009f", "é")) {
      names.add(name.getBytes(ISO_8859_1));
    }
    for (String name : List.of("ä", "€", "\uffee", "😀", "😁", "\ud83d\udc80")) {
      names.add(name.getBytes(UTF_8));
    }
    for (byte[] a : List.copyOf(names)) {
      for (byte[] b : names) {
        String x = "n" + NameBytes.decode(a) + "n";
        String y = "n" + NameBytes.decode(b) + "n";
        int bytes = Arrays.compareUnsigned(NameBytes.encode(x), NameBytes.encode(y));
        assertThat(Integer.signum(FileTree.BY_BYTES.compare(x, y)))
            .as("%s, %s", NameBytes.shown(x), NameBytes.shown(y))
            .isEqualTo(Integer.signum(bytes));
      }
    }
  }

  @Test
  void f11TellsNamesApartInDigests() {
    FileTree other = new FileTree(Metadata.of(0755, 0, 0, 0));
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    Trees.put(tree, name("\u00e4"), Trees.directory(0755));
    Trees.put(other, name("\u00e5"), Trees.directory(0755));
    assertThat(TreeDigest.of(tree, "test")).isNotEqualTo(TreeDigest.of(other, "test"));
  }

  @Test
  void f11ShowsTheBytesInMessages() {
    assertThat(EntryName.quote(name("a\u00e4 ä 💀".substring(0, 2)))).isEqualTo("\"a\\xe4\"");
    assertThat(EntryName.quote("💀")).isEqualTo("\"💀\"");
    assertThat(EntryName.clean(name("./\u00e4//b"))).isEqualTo(name("\u00e4/b"));
  }
}
