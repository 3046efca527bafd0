package linuxkit.filesystem.squashfs;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import linuxkit.base.PositionTrackingOutput;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/**
 * Writes a squashfs 4.0 file system. Its bytes depend on the tree and the options alone, not on how
 * many processors compress it. What is held in memory grows with the number of files, not with what
 * is in them.
 *
 * <p>Regular files, devices and FIFOs that are one {@link Node} become hard links. Files of the
 * same content are stored once, the ends of files together, and blocks of zeros not at all. Times
 * before 1970 become 1970, later ones than 2106 become 2106: the format has 32 bits for them.
 */
public final class SquashfsWriter {
  /** How many bytes come before the body. */
  public static final int HEAD = Superblock.SIZE;

  /** What devices are read in: mkfs and kernels expect a whole number of these, in bytes. */
  private static final int PADDING = 4096;

  private final SquashfsOptions options;
  private final int threads;

  public SquashfsWriter(SquashfsOptions options) {
    this(options, Runtime.getRuntime().availableProcessors());
  }

  SquashfsWriter(SquashfsOptions options, int threads) {
    this.options = options;
    this.threads = threads;
  }

  /**
   * Writes all but the superblock, from front to back; the file system is the superblock and then
   * this, together a multiple of 4 KiB.
   *
   * @param body takes large pieces and needs no buffer; flushed, but left open
   * @return the superblock
   * @throws SquashfsFailure when squashfs cannot hold the tree (nothing is written then), or when
   *     the compressor is missing
   * @throws linuxkit.base.FileFailure when a content cannot be read or has another size than it
   *     says
   * @throws IOException when {@code body} fails
   */
  public byte[] write(FileTree tree, OutputStream body) throws IOException {
    Inventory inventory = Inventory.of(tree, options.blockSize());
    PositionTrackingOutput out = new PositionTrackingOutput(body, HEAD);
    try (BlockCompressor compressor = options.compression().open(options.blockSize())) {
      List<DataWriter.Fragment> fragments = writeData(inventory.inodes(), out);
      byte[] superblock = writeTables(inventory, fragments, compressor, out);
      out.pad(PADDING);
      out.flush();
      return superblock;
    }
  }

  private List<DataWriter.Fragment> writeData(List<Inode> inodes, PositionTrackingOutput out)
      throws IOException {
    try (BlockWriter blocks =
        new BlockWriter(out, options.compression(), options.blockSize(), threads)) {
      DataWriter data = new DataWriter(blocks, options.blockSize());
      for (Inode inode : inodes) {
        if (inode.node() instanceof Node.RegularFile file) {
          inode.setData(data.add(file.content(), inode.path()));
        }
      }
      return data.finish();
    }
  }

  // The kernel expects the tables in this order, and no gap between them (fs/squashfs/super.c).
  private byte[] writeTables(
      Inventory inventory,
      List<DataWriter.Fragment> fragments,
      BlockCompressor compressor,
      PositionTrackingOutput out)
      throws IOException {
    List<Inode> inodes = inventory.inodes();
    DirectoryTable directories = new DirectoryTable(compressor);
    XattrTable xattrs = new XattrTable(compressor);
    InodeTable table =
        new InodeTable(compressor, directories, xattrs, inventory.ids(), inodes.size());
    inodes.forEach(table::write);

    long inodeTable = table.finish(out);
    long directoryTable = directories.finish(out);
    long fragmentTable = writeFragments(fragments, compressor, out);
    long exportTable = writeExports(inodes, compressor, out);
    long idTable = inventory.ids().write(compressor, out);
    long xattrTable = xattrs.write(out);
    return new Superblock(
            options,
            inodes.size(),
            fragments.size(),
            inventory.ids().count(),
            inodes.getLast().reference(),
            out.position(),
            idTable,
            xattrTable,
            inodeTable,
            directoryTable,
            fragmentTable,
            exportTable)
        .encode();
  }

  /** "3.5 Fragment lookup table". */
  private static long writeFragments(
      List<DataWriter.Fragment> fragments, BlockCompressor compressor, PositionTrackingOutput out)
      throws IOException {
    if (fragments.isEmpty()) {
      return Superblock.NO_TABLE;
    }
    MetadataTable table = new MetadataTable(compressor);
    for (DataWriter.Fragment fragment : fragments) {
      table.write(new LittleEndian().u64(fragment.start()).u32(fragment.size()).u32(0));
    }
    return table.finishIndexed(out, new LittleEndian());
  }

  /** "3.7 Export table": where each inode lies, by its number; network file systems ask. */
  private static long writeExports(
      List<Inode> inodes, BlockCompressor compressor, PositionTrackingOutput out) throws IOException {
    MetadataTable table = new MetadataTable(compressor);
    for (Inode inode : inodes) {
      table.write(new LittleEndian().u64(inode.reference()));
    }
    return table.finishIndexed(out, new LittleEndian());
  }
}
