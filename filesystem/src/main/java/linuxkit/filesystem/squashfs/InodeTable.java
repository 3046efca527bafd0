package linuxkit.filesystem.squashfs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import linuxkit.base.NameBytes;
import linuxkit.base.io.PositionTrackingOutput;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/**
 * Writes inodes ("3.2 Inodes"). Each type of file has a short form and a long ("extended") form for
 * values that do not fit the short one.
 */
final class InodeTable {
  // The numbers of the short forms; the long forms add EXTENDED.
  private static final int DIRECTORY = 1;
  private static final int FILE = 2;
  private static final int SYMLINK = 3;
  private static final int BLOCK_DEVICE = 4;
  private static final int CHARACTER_DEVICE = 5;
  private static final int FIFO = 6;
  private static final int EXTENDED = 7;

  private static final long MAX_16 = 0xffffL;
  private static final long MAX_32 = 0xffff_ffffL;

  private final MetadataTable table;
  private final DirectoryTable directories;
  private final XattrTable xattrs;
  private final Inventory inventory;
  private final IntFunction<FileData> data;

  /** The position of each inode that was written, by its number. */
  private final long[] references;

  /**
   * @param inventory of the tree
   * @param data returns the data of a regular file by the number of its inode
   */
  InodeTable(
      BlockCompressor compressor,
      DirectoryTable directories,
      XattrTable xattrs,
      Inventory inventory,
      IntFunction<FileData> data) {
    this.table = new MetadataTable(compressor);
    this.directories = directories;
    this.xattrs = xattrs;
    this.inventory = inventory;
    this.data = data;
    this.references = new long[inventory.count() + 1];
  }

  /** Returns the number of a short form, which is also the type in directory entries. */
  static int type(Node node) {
    return switch (node) {
      case Node.Directory _ -> DIRECTORY;
      case Node.RegularFile _ -> FILE;
      case Node.Symlink _ -> SYMLINK;
      case Node.Device device ->
          device.kind() == Node.Device.Kind.BLOCK ? BLOCK_DEVICE : CHARACTER_DEVICE;
      case Node.Fifo _ -> FIFO;
    };
  }

  /** Returns the position of an inode that was written. */
  long reference(int number) {
    return references[number];
  }

  /**
   * Writes an inode, and the list of a directory. Inodes of its entries must have been written.
   *
   * @param number of the inode
   */
  void write(int number) {
    FileTree.Entry entry = inventory.entry(number);
    int xattr = xattrs.index(entry.node().metadata().xattrs());
    LittleEndian structure =
        switch (entry.node()) {
          case Node.Directory _ -> directory(number, entry, xattr);
          case Node.RegularFile file -> file(number, file, xattr);
          case Node.Symlink symlink -> {
            byte[] target = NameBytes.encode(symlink.target());
            yield other(
                number,
                symlink,
                xattr,
                new LittleEndian().u32(target.length).bytes(target).toByteArray());
          }
          case Node.Device device ->
              other(number, device, xattr, new LittleEndian().u32(device.number()).toByteArray());
          case Node.Fifo fifo -> other(number, fifo, xattr, new byte[0]);
        };
    references[number] = table.reference();
    table.write(structure);
  }

  private LittleEndian start(int number, Node node, boolean extended) {
    Metadata metadata = node.metadata();
    return new LittleEndian()
        .u16(type(node) + (extended ? EXTENDED : 0))
        .u16(metadata.permissions())
        .u16(inventory.ids().index(metadata.uid()))
        .u16(inventory.ids().index(metadata.gid()))
        .u32(Math.clamp(metadata.modified(), 0, MAX_32))
        .u32(number);
  }

  private List<DirectoryTable.Link> links(FileTree.Entry directory) {
    List<DirectoryTable.Link> links = new ArrayList<>(directory.children().size());
    for (FileTree.Entry child : directory.children()) {
      int number = inventory.number(child);
      links.add(
          new DirectoryTable.Link(child.name(), number, references[number], type(child.node())));
    }
    return links;
  }

  private LittleEndian directory(int number, FileTree.Entry entry, int xattr) {
    DirectoryTable.Listing listing = directories.write(links(entry));
    long length = listing.length() + DirectoryTable.DOTS;
    boolean extended = xattr != XattrTable.NONE || !listing.index().isEmpty() || length > MAX_16;
    LittleEndian out = start(number, entry.node(), extended);
    if (!extended) {
      return out.u32(listing.blockStart())
          .u32(inventory.links(number))
          .u16((int) length)
          .u16(listing.offset())
          .u32(inventory.parent(number));
    }
    out.u32(inventory.links(number))
        .u32(length)
        .u32(listing.blockStart())
        .u32(inventory.parent(number))
        .u16(listing.index().size())
        .u16(listing.offset())
        .u32(xattr);
    listing.index().forEach(part -> out.bytes(part.toByteArray()));
    return out;
  }

  private LittleEndian file(int number, Node.RegularFile node, int xattr) {
    FileData stored = data.apply(number);
    boolean extended =
        xattr != XattrTable.NONE
            || inventory.links(number) > 1
            || stored.sparse() > 0
            || stored.start() > MAX_32
            || stored.size() > MAX_32;
    LittleEndian out = start(number, node, extended);
    if (extended) {
      out.u64(stored.start())
          .u64(stored.size())
          .u64(stored.sparse())
          .u32(inventory.links(number))
          .u32(stored.fragment())
          .u32(stored.fragmentOffset())
          .u32(xattr);
    } else {
      out.u32(stored.start())
          .u32(stored.fragment())
          .u32(stored.fragmentOffset())
          .u32(stored.size());
    }
    for (int block : stored.blocks()) {
      out.u32(block);
    }
    return out;
  }

  /** Writes types whose forms differ only by extended attributes. */
  private LittleEndian other(int number, Node node, int xattr, byte[] middle) {
    boolean extended = xattr != XattrTable.NONE;
    LittleEndian out = start(number, node, extended).u32(inventory.links(number)).bytes(middle);
    return extended ? out.u32(xattr) : out;
  }

  /** Writes the table; see {@link MetadataTable#finish}. */
  long finish(PositionTrackingOutput body) throws IOException {
    return table.finish(body);
  }
}
