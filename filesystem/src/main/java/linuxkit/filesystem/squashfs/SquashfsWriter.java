package linuxkit.filesystem.squashfs;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.IntFunction;
import linuxkit.base.io.PositionTrackingOutput;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/**
 * Writes a squashfs 4.0 file system. The bytes depend only on the tree and the options, not on the
 * number of processors. Memory use grows with the number of files, not with their contents.
 *
 * <p>Names of the same regular file, device or FIFO {@link Node} become hard links. Equal contents
 * are stored once, small files share blocks, and blocks of zeros are not stored. Times have 32
 * bits: those outside 1970 to 2106 become the nearest inside.
 */
public final class SquashfsWriter {
  /** The number of bytes before the body. */
  public static final int HEAD = Superblock.SIZE;

  /** The unit of devices in bytes: mksquashfs and kernels expect a multiple of it. */
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
   * Writes everything but the superblock sequentially. The file system is the superblock followed
   * by the body, together a multiple of 4 KiB.
   *
   * @param body receives large pieces and needs no buffer; flushed, but left open
   * @return the superblock
   * @throws SquashfsFailure if squashfs cannot hold the tree; nothing is written then
   * @throws linuxkit.base.Failure if the compressor is missing
   * @throws linuxkit.base.FileFailure if content cannot be read or does not have the size that it
   *     declares
   * @throws IOException if {@code body} fails
   */
  public byte[] write(FileTree tree, OutputStream body) throws IOException {
    Inventory inventory = Inventory.of(tree, options.blockSize());
    PositionTrackingOutput out = new PositionTrackingOutput(body, HEAD);
    try (BlockCompressor compressor = options.compression().open(options.blockSize())) {
      FileDataTable table = new FileDataTable();
      int[] data = new int[inventory.count() + 1];
      List<DataWriter.Fragment> fragments = writeData(inventory, table, data, out);
      byte[] superblock =
          writeTables(inventory, number -> table.get(data[number]), fragments, compressor, out);
      out.pad(PADDING);
      out.flush();
      return superblock;
    }
  }

  /**
   * @param table receives the location of each content
   * @param data receives the number of the content of each regular file, by that of its inode
   */
  private List<DataWriter.Fragment> writeData(
      Inventory inventory, FileDataTable table, int[] data, PositionTrackingOutput out)
      throws IOException {
    try (BlockWriter blocks =
        new BlockWriter(out, options.compression(), options.blockSize(), threads)) {
      DataWriter writer = new DataWriter(blocks, options.blockSize(), table);
      for (int number = 1; number <= inventory.count(); number++) {
        FileTree.Entry entry = inventory.entry(number);
        if (entry.node() instanceof Node.RegularFile file) {
          data[number] = writer.add(file.content(), entry.path());
        }
      }
      return writer.finish();
    }
  }

  // The kernel expects the tables in this order and without gaps (fs/squashfs/super.c).
  private byte[] writeTables(
      Inventory inventory,
      IntFunction<FileData> data,
      List<DataWriter.Fragment> fragments,
      BlockCompressor compressor,
      PositionTrackingOutput out)
      throws IOException {
    int count = inventory.count();
    DirectoryTable directories = new DirectoryTable(compressor);
    XattrTable xattrs = new XattrTable(compressor);
    InodeTable table = new InodeTable(compressor, directories, xattrs, inventory, data);
    for (int number = 1; number <= count; number++) {
      table.write(number);
    }

    long inodeTable = table.finish(out);
    long directoryTable = directories.finish(out);
    long fragmentTable = writeFragments(fragments, compressor, out);
    long exportTable = writeExports(table, count, compressor, out);
    long idTable = inventory.ids().write(compressor, out);
    long xattrTable = xattrs.write(out);
    return new Superblock(
            options,
            count,
            fragments.size(),
            inventory.ids().count(),
            table.reference(count),
            out.position(),
            idTable,
            xattrTable,
            inodeTable,
            directoryTable,
            fragmentTable,
            exportTable)
        .encode();
  }

  /** Writes the fragment table ("3.5 Fragment lookup table"). */
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

  /**
   * Writes the position of each inode by number, which network file systems need ("3.7 Export
   * table").
   */
  private static long writeExports(
      InodeTable inodes, int count, BlockCompressor compressor, PositionTrackingOutput out)
      throws IOException {
    MetadataTable table = new MetadataTable(compressor);
    for (int number = 1; number <= count; number++) {
      table.write(new LittleEndian().u64(inodes.reference(number)));
    }
    return table.finishIndexed(out, new LittleEndian());
  }
}
