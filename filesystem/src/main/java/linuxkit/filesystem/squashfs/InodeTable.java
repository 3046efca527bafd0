package linuxkit.filesystem.squashfs;

import java.io.IOException;
import linuxkit.base.NameBytes;
import linuxkit.base.io.PositionTrackingOutput;
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
  private final OwnerTable ids;
  private final int count;

  /**
   * @param ids with all owners and groups of the tree
   * @param count number of all inodes
   */
  InodeTable(
      BlockCompressor compressor,
      DirectoryTable directories,
      XattrTable xattrs,
      OwnerTable ids,
      int count) {
    this.table = new MetadataTable(compressor);
    this.directories = directories;
    this.xattrs = xattrs;
    this.ids = ids;
    this.count = count;
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

  /** Writes an inode, and the list of a directory, and sets the reference of the inode. */
  void write(Inode inode) {
    int xattr = xattrs.index(inode.node().metadata().xattrs());
    LittleEndian structure =
        switch (inode.node()) {
          case Node.Directory _ -> directory(inode, xattr);
          case Node.RegularFile _ -> file(inode, xattr);
          case Node.Symlink symlink -> {
            byte[] target = NameBytes.encode(symlink.target());
            yield other(
                inode, xattr, new LittleEndian().u32(target.length).bytes(target).toByteArray());
          }
          case Node.Device device ->
              other(inode, xattr, new LittleEndian().u32(device.number()).toByteArray());
          case Node.Fifo _ -> other(inode, xattr, new byte[0]);
        };
    inode.setReference(table.reference());
    table.write(structure);
  }

  private LittleEndian start(Inode inode, boolean extended) {
    Metadata metadata = inode.node().metadata();
    return new LittleEndian()
        .u16(type(inode.node()) + (extended ? EXTENDED : 0))
        .u16(metadata.permissions())
        .u16(ids.index(metadata.uid()))
        .u16(ids.index(metadata.gid()))
        .u32(Math.clamp(metadata.modified(), 0, MAX_32))
        .u32(inode.number());
  }

  private LittleEndian directory(Inode inode, int xattr) {
    DirectoryTable.Listing listing = directories.write(inode.children());
    long length = listing.length() + DirectoryTable.DOTS;
    boolean extended = xattr != XattrTable.NONE || !listing.index().isEmpty() || length > MAX_16;
    LittleEndian out = start(inode, extended);
    if (!extended) {
      return out.u32(listing.blockStart())
          .u32(inode.links())
          .u16((int) length)
          .u16(listing.offset())
          .u32(inode.parentNumber(count));
    }
    out.u32(inode.links())
        .u32(length)
        .u32(listing.blockStart())
        .u32(inode.parentNumber(count))
        .u16(listing.index().size())
        .u16(listing.offset())
        .u32(xattr);
    listing.index().forEach(entry -> out.bytes(entry.toByteArray()));
    return out;
  }

  private LittleEndian file(Inode inode, int xattr) {
    FileData data = inode.data();
    boolean extended =
        xattr != XattrTable.NONE
            || inode.links() > 1
            || data.sparse() > 0
            || data.start() > MAX_32
            || data.size() > MAX_32;
    LittleEndian out = start(inode, extended);
    if (extended) {
      out.u64(data.start())
          .u64(data.size())
          .u64(data.sparse())
          .u32(inode.links())
          .u32(data.fragment())
          .u32(data.fragmentOffset())
          .u32(xattr);
    } else {
      out.u32(data.start()).u32(data.fragment()).u32(data.fragmentOffset()).u32(data.size());
    }
    for (int block : data.blocks()) {
      out.u32(block);
    }
    return out;
  }

  /** Writes types whose forms differ only by extended attributes. */
  private LittleEndian other(Inode inode, int xattr, byte[] middle) {
    boolean extended = xattr != XattrTable.NONE;
    LittleEndian out = start(inode, extended).u32(inode.links()).bytes(middle);
    return extended ? out.u32(xattr) : out;
  }

  /** Writes the table; see {@link MetadataTable#finish}. */
  long finish(PositionTrackingOutput body) throws IOException {
    return table.finish(body);
  }
}
