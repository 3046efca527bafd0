package linuxkit.filesystem.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import linuxkit.base.NameBytes;
import linuxkit.base.io.PositionTrackingOutput;
import linuxkit.filesystem.ContentReader;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.IdentityNumbers;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/**
 * Writes a cpio archive of the "new" format (magic 070701), as the kernel unpacks it into its
 * initramfs (Linux, Documentation/driver-api/early-userspace/buffer-format.rst). The bytes depend
 * only on what is added.
 *
 * <p>The format has 32 bits for a time. Times outside 1970 to 2106 become the nearest one inside,
 * since a wrong time does less harm than no image. The format cannot hold extended attributes: see
 * {@link #withoutXattrs}.
 *
 * <p>The caller closes the stream, which need not be buffered.
 */
public final class CpioWriter {
  private static final String TRAILER = "TRAILER!!!";
  private static final int FIRST_INODE = 721;
  private static final long MAX_32 = 0xffff_ffffL;

  /** The kernel silently skips files with longer names and targets (PATH_MAX, with its NUL). */
  private static final int MAX_PATH = 4095;

  private final PositionTrackingOutput out;
  private final byte[] header = new byte[110];
  private final List<String> withoutXattrs = new ArrayList<>();
  private long inode;

  public CpioWriter(OutputStream out) {
    this(out, 0, FIRST_INODE);
  }

  /**
   * Writes a piece of an archive.
   *
   * @param position of the first byte in the archive, a multiple of four
   * @param inode the number of the first file; each entry takes at most one
   */
  public CpioWriter(OutputStream out, long position, long inode) {
    this.out = new PositionTrackingOutput(out, position);
    this.inode = inode;
  }

  /** Adds an entry, unless it is the root, and all entries below it; see {@link #addAll}. */
  public void addTree(FileTree.Entry from) throws IOException {
    List<FileTree.Entry> entries = new ArrayList<>();
    if (!from.path().isEmpty()) {
      entries.add(from);
    }
    from.walk(entries::add);
    addAll(entries);
  }

  /**
   * Adds entries in the given order under their full paths. They must include all parent
   * directories, since the kernel does not create missing ones. Entries that share one regular
   * file, device or FIFO become hard links.
   *
   * @throws CpioFailure if the kernel could not unpack a file; no byte of that file is written
   */
  public void addAll(List<FileTree.Entry> entries) throws IOException {
    IdentityNumbers<Node> counts = new IdentityNumbers<>(entries.size());
    for (FileTree.Entry entry : entries) {
      if (entry.node().canHaveLinks()) {
        counts.add(entry.node(), 1);
      }
    }
    // Few files have several names.
    IdentityHashMap<Node, Links> links = new IdentityHashMap<>();
    for (FileTree.Entry entry : entries) {
      int count = counts.get(entry.node());
      if (count <= 1) {
        add(entry.path(), entry.node());
      } else {
        Links file = links.computeIfAbsent(entry.node(), _ -> new Links(inode++, count));
        file.written++;
        add(entry.path(), entry.node(), file);
      }
    }
  }

  /** Adds a file that has no other name. */
  public void add(String path, Node node) throws IOException {
    add(path, node, inode++, node instanceof Node.Directory ? 2 : 1, true);
  }

  /**
   * Returns the paths whose extended attributes were left out, in the order they were added. Their
   * file capabilities and security labels will be missing in the running system.
   */
  public List<String> withoutXattrs() {
    return Collections.unmodifiableList(withoutXattrs);
  }

  /** Flushes the stream, without an end of the archive: another piece follows. */
  public void flush() throws IOException {
    out.flush();
  }

  /** Writes the trailer, pads the archive to a multiple of 512 bytes and flushes the stream. */
  public void finish() throws IOException {
    byte[] name = TRAILER.getBytes(StandardCharsets.UTF_8);
    header(0, 1, 0, Metadata.of(0, 0, 0, 0), 0, 0, 0, name);
    out.pad(512);
    out.flush();
  }

  /** Counts the names of one file while they are written. */
  private static final class Links {
    private final long inode;
    private final int count;
    private int written;

    Links(long inode, int count) {
      this.inode = inode;
      this.count = count;
    }

    // The kernel (init/initramfs.c, do_name and maybe_link) creates the first name of a file with
    // several, links later ones to it, and accepts the data with any name. GNU cpio writes the data
    // with the last name, and every unpacker supports that.
    private boolean last() {
      return written == count;
    }
  }

  private void add(String path, Node node, Links links) throws IOException {
    add(path, node, links.inode, links.count, links.last());
  }

  /**
   * @param last whether this is the last name of the file, which gets the content
   */
  private void add(String path, Node node, long number, int links, boolean last)
      throws IOException {
    byte[] name = NameBytes.encode(path);
    check(path, name.length, node);
    Metadata metadata = node.metadata();
    int mode = node.mode();
    if (node instanceof Node.RegularFile file) {
      long size = file.content().size();
      header(number, links, mode, metadata, last ? size : 0, 0, 0, name);
      if (last) {
        ContentReader.copy(file.content(), path, out);
        out.pad(4);
      }
    } else if (node instanceof Node.Symlink symlink) {
      byte[] target = NameBytes.encode(symlink.target());
      header(number, links, mode, metadata, target.length, 0, 0, name);
      out.write(target);
      out.pad(4);
    } else if (node instanceof Node.Device device) {
      header(number, links, mode, metadata, 0, device.major(), device.minor(), name);
    } else {
      header(number, links, mode, metadata, 0, 0, 0, name);
    }
    if (!metadata.xattrs().isEmpty()) {
      withoutXattrs.add(path);
    }
  }

  /**
   * Checks that the kernel can unpack a file. {@link #add} checks it too.
   *
   * @throws CpioFailure if it cannot
   */
  public static void check(String path, Node node) {
    check(path, NameBytes.encode(path).length, node);
  }

  private static void check(String path, int length, Node node) {
    if (length > MAX_PATH) {
      throw new CpioFailure("the path is longer than 4095 bytes", path);
    }
    if (node instanceof Node.Symlink link && NameBytes.encode(link.target()).length > MAX_PATH) {
      throw new CpioFailure("the target of the link is longer than 4095 bytes", path);
    }
    if (node instanceof Node.RegularFile file && file.content().size() > MAX_32) {
      throw new CpioFailure("the file has 4 GiB or more, which an initrd cannot hold", path);
    }
    if (path.equals(TRAILER)) {
      throw new CpioFailure("the name is reserved for the end of an initrd", path);
    }
  }

  private void header(
      long number,
      int links,
      int mode,
      Metadata metadata,
      long size,
      int major,
      int minor,
      byte[] name)
      throws IOException {
    byte[] magic = "070701".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(magic, 0, header, 0, magic.length);
    hex(0, number);
    hex(1, mode);
    hex(2, metadata.uid());
    hex(3, metadata.gid());
    hex(4, links);
    hex(5, Math.clamp(metadata.modified(), 0, MAX_32));
    hex(6, size);
    hex(7, 3);
    hex(8, 1);
    hex(9, major);
    hex(10, minor);
    hex(11, name.length + 1);
    hex(12, 0);
    out.write(header);
    out.write(name);
    out.write(0);
    out.pad(4);
  }

  private void hex(int field, long value) {
    long rest = value;
    for (int i = 6 + 8 * field + 7; i >= 6 + 8 * field; i--) {
      int digit = (int) (rest & 15);
      header[i] = (byte) (digit < 10 ? '0' + digit : 'A' - 10 + digit);
      rest >>>= 4;
    }
  }
}
