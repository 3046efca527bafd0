package linuxkit.filesystem.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.SortedMap;
import java.util.function.Function;
import linuxkit.base.io.PositionTrackingOutput;
import linuxkit.filesystem.ContentReader;
import linuxkit.filesystem.EntryName;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/**
 * Writes a tar archive with ustar headers, and pax extended headers only where ustar does not
 * suffice (POSIX.1-2017, pax). The bytes depend only on what is added. Names of users and groups
 * are empty; names of directories do not end in a slash.
 *
 * <p>The caller closes the stream, which need not be buffered.
 */
public final class TarWriter {
  /** Adds no records to any entry; see {@link #addTree}. */
  public static final Function<FileTree.Entry, SortedMap<String, String>> NO_RECORDS =
      _ -> Collections.emptySortedMap();

  private final PositionTrackingOutput out;
  private final TarHeaderWriter header = new TarHeaderWriter();

  public TarWriter(OutputStream out) {
    this.out = new PositionTrackingOutput(out, 0);
  }

  /**
   * Adds all entries of a tree except the root, parents first and in byte order. Further names of a
   * regular file, device or FIFO become hard links to the first one.
   *
   * @param records returns further pax records for an entry, such as {@code LINUXKIT.source}; POSIX
   *     and extended attributes must not use their keys
   */
  public void addTree(FileTree tree, Function<FileTree.Entry, SortedMap<String, String>> records)
      throws IOException {
    IdentityHashMap<Node, FileTree.Entry> first = new IdentityHashMap<>();
    tree.walk(
        entry -> {
          Node node = entry.node();
          FileTree.Entry target = node.canHaveLinks() ? first.putIfAbsent(node, entry) : null;
          if (target == null) {
            add(entry.path(), node, records.apply(entry));
          } else {
            addLink(entry.path(), target.path(), node.metadata(), records.apply(entry));
          }
        });
  }

  /** Adds a file. */
  public void add(String path, Node node, SortedMap<String, String> records) throws IOException {
    Metadata metadata = node.metadata();
    begin(type(node), path, metadata, records);
    metadata.xattrs().forEach((name, value) -> header.record(xattr(path, name), latin(value)));
    if (node instanceof Node.RegularFile file) {
      header.size(file.content().size());
      header.writeTo(out);
      ContentReader.copy(file.content(), path, out);
      out.pad(TarHeader.SIZE);
      return;
    }
    if (node instanceof Node.Symlink link) {
      header.link(link.target());
    } else if (node instanceof Node.Device device) {
      header.device(device.major(), device.minor());
    }
    header.writeTo(out);
  }

  private static char type(Node node) {
    return switch (node.type()) {
      case 0100000 -> '0';
      case 0120000 -> '2';
      case 0020000 -> '3';
      case 0060000 -> '4';
      case 0040000 -> '5';
      default -> '6';
    };
  }

  /**
   * Adds another name of a file that was added before.
   *
   * @param metadata of the file; programs that list the archive show it
   */
  public void addLink(
      String path, String target, Metadata metadata, SortedMap<String, String> records)
      throws IOException {
    begin('1', path, metadata, records);
    header.link(target);
    header.writeTo(out);
  }

  /** Ends the archive and flushes the stream. Nothing may be added afterwards. */
  public void finish() throws IOException {
    out.write(new byte[2 * TarHeader.SIZE]);
    out.flush();
  }

  private void begin(char type, String path, Metadata metadata, SortedMap<String, String> records) {
    header.begin(type, metadata.permissions());
    records.forEach((key, value) -> header.record(key, value.getBytes(StandardCharsets.UTF_8)));
    header.name(path);
    header.owner(metadata);
  }

  private static byte[] latin(String value) {
    return value.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String xattr(String path, String name) {
    if (name.indexOf('=') >= 0) {
      throw new TarFailure(
          "a tar archive cannot hold the extended attribute " + EntryName.quote(name),
          path,
          "remove it");
    }
    return PaxRecords.XATTR + name;
  }
}
