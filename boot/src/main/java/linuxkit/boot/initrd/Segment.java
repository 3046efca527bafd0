package linuxkit.boot.initrd;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.IdentityNumbers;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.TreeDigest;
import linuxkit.filesystem.archive.CpioWriter;

/**
 * The entries of one archive of an initrd: the base system, or one container. Hard links hold
 * within a segment; a file with names in two segments is stored twice.
 */
final class Segment {
  /** Must change whenever the same entries would give other bytes. */
  private static final String LAYOUT = "linuxkit initrd segment 2";

  private static final String PIECE = "linuxkit initrd piece 1";

  private final String name;
  private final List<FileTree.Entry> entries = new ArrayList<>();
  // Those of the files that may have several names.
  private final IdentityNumbers<Node> several = new IdentityNumbers<>();
  private int files;
  private long size;
  private long unpacked;

  /**
   * @param name of its contents, for people
   */
  Segment(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /** Returns the approximate size of the archive before compression, in bytes. */
  long size() {
    return size;
  }

  /** Returns the memory that the content of the files takes when unpacked, in bytes. */
  long unpacked() {
    return unpacked;
  }

  /** Returns the number of names. */
  int entries() {
    return entries.size();
  }

  int files() {
    return files;
  }

  void add(FileTree.Entry entry) {
    add(entry, entry.path().length(), true);
  }

  /**
   * Adds an entry.
   *
   * @param path the length of its path
   * @param known whether the file may have been added under another name
   */
  void add(FileTree.Entry entry, int path, boolean known) {
    entries.add(entry);
    size += 112 + path;
    boolean first = !known || several.add(entry.node(), 1) == 1;
    files += first ? 1 : 0;
    if (entry.node() instanceof Node.RegularFile file) {
      long length = file.content().size();
      size += length;
      unpacked += first ? InitrdMarks.unpacked(length) : 0;
    }
  }

  /**
   * Returns the SHA-256 of everything that the archive depends on, in hexadecimal digits. Extended
   * attributes are not included: the archive cannot store them.
   */
  String key(InitrdCompression compression) {
    return HexFormat.of()
        .formatHex(TreeDigest.withoutXattrs(entries, LAYOUT + ", " + compression.settings()));
  }

  /**
   * Returns the SHA-256 of everything that a piece of an archive depends on.
   *
   * @param inode the first number of a file
   */
  String pieceKey(InitrdCompression compression, long inode) {
    String layout = PIECE + ", " + compression.settings() + ", " + inode;
    return HexFormat.of().formatHex(TreeDigest.withoutXattrs(entries, layout));
  }

  /**
   * Writes the entries as a piece of an archive, and its {@link ArchivePiece#numbers}.
   *
   * @param inode the first number of a file
   * @param workers number of compressing threads, at least 1
   * @param task advanced by the piece's bytes before compression
   * @throws IOException if the output fails
   * @throws linuxkit.base.FileFailure if a file cannot be read
   */
  void writePiece(
      InitrdCompression compression, long inode, int workers, Progress.Task task, OutputStream out)
      throws IOException {
    CRC32 sum = new CRC32();
    long length;
    // The stream to the cache stays open for the numbers.
    try (OutputStream compressed = compression.compress(new MeteredOutput(out, _ -> {}), workers)) {
      MeteredOutput metered = new MeteredOutput(compressed, task::advance);
      CpioWriter cpio = new CpioWriter(new CheckedOutputStream(metered, sum), 0, inode);
      cpio.addAll(entries);
      cpio.flush();
      length = metered.position();
    }
    out.write(ArchivePiece.numbers((int) sum.getValue(), length));
  }

  /**
   * Writes the compressed archive, padded with zeros to a multiple of four bytes, where the kernel
   * expects the next one.
   *
   * @param workers number of compressing threads, at least 1
   * @param task advanced by the archive's bytes before compression
   * @throws IOException if the output fails
   * @throws linuxkit.base.FileFailure if a file cannot be read
   */
  void write(InitrdCompression compression, int workers, Progress.Task task, OutputStream out)
      throws IOException {
    MeteredOutput metered = new MeteredOutput(out, _ -> {});
    try (OutputStream compressed = compression.compress(metered, workers)) {
      CpioWriter cpio = new CpioWriter(new MeteredOutput(compressed, task::advance));
      cpio.addAll(entries);
      cpio.finish();
    }
    out.write(new byte[3], 0, (int) (-metered.position() & 3));
  }
}
