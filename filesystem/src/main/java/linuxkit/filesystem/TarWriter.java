package linuxkit.filesystem;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.SortedMap;
import java.util.function.Function;
import linuxkit.base.PositionTrackingOutput;

/**
 * Writes a tar archive: ustar headers, with pax extended headers only where ustar cannot say it
 * (POSIX.1-2017, pax). The bytes depend on nothing but what is added. Names of users and groups are
 * empty, those of directories end without a slash.
 *
 * <p>The stream belongs to the caller; it needs no buffer of its own.
 */
public final class TarWriter {
  /** The records to add for entries that need none of their own. */
  public static final Function<FileTree.Entry, SortedMap<String, String>> NO_RECORDS =
      _ -> Collections.emptySortedMap();

  private final PositionTrackingOutput out;
  private final TarHeaderWriter header = new TarHeaderWriter();

  public TarWriter(OutputStream out) {
    this.out = new PositionTrackingOutput(out, 0);
  }

  /**
   * Adds all of a tree but its root, every path once, parents first, in byte order. Names of one
   * regular file, device or FIFO become hard links to the first of them.
   *
   * @param records more pax records for an entry, such as {@code LINUXKIT.source}; their keys must
   *     not be those that POSIX or extended attributes use
   */
  public void addTree(FileTree tree, Function<FileTree.Entry, SortedMap<String, String>> records)
      throws IOException {
    IdentityHashMap<Node, String> first = new IdentityHashMap<>();
    tree.walk(
        entry -> {
          Node node = entry.node();
          String target = node.canHaveLinks() ? first.putIfAbsent(node, entry.path()) : null;
          if (target == null) {
            add(entry.path(), node, records.apply(entry));
          } else {
            addLink(entry.path(), target, node.metadata(), records.apply(entry));
          }
        });
  }

  /** Adds one file. */
  public void add(String path, Node node, SortedMap<String, String> records) throws IOException {
    Metadata metadata = node.metadata();
    begin(type(node), path, metadata, records);
    metadata.xattrs().forEach((name, value) -> header.record(xattr(path, name), latin(value)));
    switch (node) {
      case Node.Directory _, Node.Fifo _ -> header.writeTo(out);
      case Node.Symlink link -> {
        header.link(link.target());
        header.writeTo(out);
      }
      case Node.Device device -> {
        header.device(device.major(), device.minor());
        header.writeTo(out);
      }
      case Node.RegularFile file -> {
        header.size(file.content().size());
        header.writeTo(out);
        ContentReader.copy(file.content(), path, out);
        out.pad(TarHeader.SIZE);
      }
    }
  }

  private static char type(Node node) {
    return switch (node) {
      case Node.RegularFile _ -> '0';
      case Node.Symlink _ -> '2';
      case Node.Device device -> device.kind() == Node.Device.Kind.CHARACTER ? '3' : '4';
      case Node.Directory _ -> '5';
      case Node.Fifo _ -> '6';
    };
  }

  /**
   * Adds one more name for a file that was added before.
   *
   * @param metadata the file's own, repeated for those who list the archive
   */
  public void addLink(
      String path, String target, Metadata metadata, SortedMap<String, String> records)
      throws IOException {
    begin('1', path, metadata, records);
    header.link(target);
    header.writeTo(out);
  }

  /** Ends the archive and flushes the stream. Nothing can be added after. */
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
          "a tar archive cannot hold the xattr " + EntryName.quote(name), path, "remove it");
    }
    return PaxRecords.XATTR + name;
  }
}
