package linuxkit.boot.unpack;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import linuxkit.base.FileFailure;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.boot.efi.ProgramSections;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.header.DiskHeader;
import linuxkit.disk.read.DiskReader;
import linuxkit.disk.read.Partitions;
import linuxkit.filesystem.read.ErofsReader;
import linuxkit.filesystem.read.FatReader;
import linuxkit.filesystem.read.FileVisitor;
import linuxkit.filesystem.read.Iso9660Reader;
import linuxkit.filesystem.read.SquashfsReader;

/** Reads the files of any artefact, which its first bytes tell apart. */
public final class ArtefactReader {
  private static final int START = 512;
  private static final int EROFS_AT = 1024;
  private static final int ISO_AT = (16 << 11) + 1;
  private static final int BUFFER = 1 << 17;

  private final Path file;
  private final RandomAccessInput in;
  private final FileVisitor visitor;
  private final boolean parts;

  private ArtefactReader(Path file, RandomAccessInput in, FileVisitor visitor, boolean parts) {
    this.file = file;
    this.in = in;
    this.visitor = visitor;
    this.parts = parts;
  }

  /**
   * Visits all files of an initrd or another archive, of a root file system, of a disc, of the
   * partitions of a disk, or the sections of a unified kernel image.
   *
   * @throws linuxkit.base.Failure if it is damaged, or of a kind that cannot be read
   */
  public static void read(Path file, FileVisitor visitor) {
    read(file, visitor, false);
  }

  /** Visits the files as {@link #read} does; the only volume of a disk is a folder, too. */
  public static void readParts(Path file, FileVisitor visitor) {
    read(file, visitor, true);
  }

  private static void read(Path file, FileVisitor visitor, boolean parts) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UnpackFailure("it is not a file", file.toString(), "");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      new ArtefactReader(
              file, RandomAccessInput.of(channel), new BoundedVisitor(visitor, file), parts)
          .read();
    } catch (DiskFailure e) {
      throw e.in(file);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  private String text(long offset, int length) throws IOException {
    byte[] bytes = in.part(offset, length).stream().readAllBytes();
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private void read() throws IOException {
    String start = text(0, START);
    if (start.startsWith("070701")) {
      InitrdFiles.read(this::stream, where(), visitor);
    } else if (start.startsWith("\u001f\u008b") || start.startsWith("(\u00b5/\u00fd")) {
      compressed();
    } else if (start.startsWith("ustar", 257)) {
      tar();
    } else if (start.startsWith("hsqs")) {
      SquashfsReader.read(in, where(), visitor);
    } else if (text(EROFS_AT, 4).equals("\u00e2\u00e1\u00f5\u00e0")) {
      ErofsReader.read(in, where(), visitor);
    } else if (text(ISO_AT, 5).equals("CD001")) {
      Iso9660Reader.read(in, where(), visitor);
      partitions(in, true);
    } else if (start.startsWith("MZ")) {
      ProgramSections.read(in, where(), visitor);
    } else {
      partitions(contents(in), false);
    }
  }

  private String where() {
    return file.toString();
  }

  private InputStream stream() {
    return new BufferedInputStream(in.stream(), BUFFER);
  }

  private InputStream decompressed() throws IOException {
    InputStream packed = stream();
    return text(0, 2).equals("\u001f\u008b")
        ? new GZIPInputStream(packed, BUFFER)
        : new BufferedInputStream(new ZstdInputStreamNoFinalizer(packed), BUFFER);
  }

  /** Reads an initrd, or a disk that is compressed as a whole. */
  private void compressed() throws IOException {
    String start;
    try (InputStream unpacked = decompressed()) {
      start = new String(unpacked.readNBytes(START), StandardCharsets.ISO_8859_1);
    }
    if (start.startsWith("070701")) {
      InitrdFiles.read(this::stream, where(), visitor);
      return;
    }
    try (InputStream unpacked = decompressed();
        Spool spool = Spool.of(unpacked, where())) {
      RandomAccessInput bytes = spool.bytes();
      boolean google = start.startsWith("ustar  ", 257) && start.charAt(156) == 'S';
      partitions(google ? GoogleDisk.of(bytes) : bytes, false);
    }
  }

  private void tar() throws IOException {
    Optional<RandomAccessInput> vmdk = TarFiles.applianceDisk(in, where());
    if (vmdk.isPresent()) {
      partitions(contents(vmdk.get()), false);
    } else {
      TarFiles.read(stream(), where(), visitor);
    }
  }

  /** Returns the bytes of a disk, which must not be in other files. */
  private RandomAccessInput contents(RandomAccessInput disk) throws IOException {
    DiskHeader header = DiskHeader.read(disk);
    if (!header.otherFiles().isEmpty()) {
      throw new UnpackFailure(
          "the disk needs another file: " + String.join(", ", header.otherFiles()),
          where(),
          "convert it with 'qemu-img convert'");
    }
    return DiskReader.of(header.type(), disk);
  }

  /**
   * Reads the volumes of a disk. If there are several, each is a folder of its own.
   *
   * @param disc whether it is a disc, which has files besides
   */
  private void partitions(RandomAccessInput disk, boolean disc) throws IOException {
    List<RandomAccessInput> volumes =
        Partitions.of(disk).stream().filter(ArtefactReader::isFat).toList();
    if (volumes.isEmpty() && !disc) {
      throw new UnpackFailure(
          "it is not an artefact whose files can be read",
          where(),
          "name an initrd, a tar archive, a root file system, a disc, a disk or a unified kernel"
              + " image that linuxkit built");
    }
    for (int i = 0; i < volumes.size(); i++) {
      boolean apart = parts || disc || volumes.size() > 1;
      FileVisitor to = apart ? InFolder.of("partition-" + (i + 1), visitor) : visitor;
      FatReader.read(volumes.get(i), where(), to);
    }
  }

  private static boolean isFat(RandomAccessInput volume) {
    try {
      String boot = new String(volume.bytes(0, START), StandardCharsets.ISO_8859_1);
      return boot.endsWith("U\u00aa")
          && (boot.startsWith("FAT", 54) || boot.startsWith("FAT32", 82));
    } catch (IOException _) {
      return false;
    }
  }
}
