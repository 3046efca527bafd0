package linuxkit.boot.initrd;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import linuxkit.base.Progress;
import linuxkit.filesystem.CpioWriter;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.TreeDigest;

/**
 * The entries of one archive of an initrd: the base system, or one container. Hard links hold
 * within a segment; a file with names in two of them is stored twice.
 */
final class Segment {
  /** To be raised whenever the same entries would give other bytes. */
  private static final String LAYOUT = "linuxkit initrd segment 2";

  private final String name;
  private final List<FileTree.Entry> entries = new ArrayList<>();
  private long size;

  /**
   * @param name of what is in it, for people
   */
  Segment(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /** About what its archive has in bytes before compression. */
  long size() {
    return size;
  }

  void add(FileTree.Entry entry) {
    entries.add(entry);
    size += 112 + entry.path().length();
    if (entry.node() instanceof Node.RegularFile file) {
      size += file.content().size();
    }
  }

  /** Sees that its archive can hold them, before anything is read. */
  void check() {
    entries.forEach(entry -> CpioWriter.check(entry.path(), entry.node()));
  }

  /**
   * The SHA-256 of all that the archive depends on, in hexadecimal digits. Extended attributes are
   * not part of it: the archive has no place for them.
   */
  String key(Compression compression) {
    return HexFormat.of()
        .formatHex(TreeDigest.withoutXattrs(entries, LAYOUT + ", " + compression.settings()));
  }

  /**
   * Writes the compressed archive, padded with zeros to a multiple of four bytes, where the kernel
   * looks for the next one.
   *
   * @param workers how many threads may compress, at least 1
   * @param task told of the archive's bytes before compression
   * @throws IOException when the output fails
   * @throws linuxkit.base.FileFailure when a file cannot be read
   */
  void write(Compression compression, int workers, Progress.Task task, OutputStream out)
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
