package linuxkit.filesystem.squashfs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.NameBytes;
import linuxkit.base.io.PositionTrackingOutput;

/**
 * Writes the lists of directory entries ("3.3 Directories"). A list consists of headers, each with
 * up to 256 entries whose inodes lie in one metadata block and whose numbers are near that of the
 * header.
 */
final class DirectoryTable {
  /**
   * The size that readers expect for the entries {@code .} and {@code ..}, which are not stored, in
   * bytes.
   */
  static final int DOTS = 3;

  /** The largest length of a list that an inode can store, in bytes. */
  static final long MAX_LENGTH = 0xffff_ffffL - DOTS;

  private static final int MAX_ENTRIES = 256;
  private static final int HEADER_SIZE = 12;
  private static final int ENTRY_SIZE = 8;

  /** The inode counts them in 16 bits. Readers search the rest of the list linearly. */
  private static final int MAX_INDEX = 0xffff;

  /**
   * The position of a list and its index.
   *
   * @param index structures for the inode of the directory, one for each metadata block after the
   *     first that contains a header
   */
  record Listing(int blockStart, int offset, long length, List<LittleEndian> index) {}

  /**
   * An entry.
   *
   * @param number of the inode
   * @param reference of the inode
   * @param type as {@link InodeTable#type} returns it
   */
  record Link(String name, int number, long reference, int type) {
    byte[] bytes() {
      return NameBytes.encode(name);
    }
  }

  private final MetadataTable table;

  DirectoryTable(BlockCompressor compressor) {
    this.table = new MetadataTable(compressor);
  }

  /** Returns the most that an entry of this name adds to a list, in bytes. */
  static long length(byte[] name) {
    return (long) HEADER_SIZE + ENTRY_SIZE + name.length;
  }

  /** Writes the list of a directory. The inodes of all its entries must have been written. */
  Listing write(List<Link> links) {
    if (links.isEmpty()) {
      return new Listing(0, 0, 0, List.of());
    }
    int blockStart = table.blockStart();
    int offset = table.offset();
    long start = table.length();
    List<LittleEndian> index = new ArrayList<>();
    int block = blockStart;
    int at = 0;
    while (at < links.size()) {
      if (table.blockStart() != block && index.size() < MAX_INDEX) {
        block = table.blockStart();
        index.add(indexEntry(table.length() - start, block, links.get(at).bytes()));
      }
      int end = endOfRun(links, at);
      writeRun(links.subList(at, end));
      at = end;
    }
    return new Listing(blockStart, offset, table.length() - start, index);
  }

  private static LittleEndian indexEntry(long position, int block, byte[] name) {
    return new LittleEndian().u32(position).u32(block).u32(name.length - 1).bytes(name);
  }

  /**
   * Returns the end of the entries of one header. A header also ends with its metadata block, so
   * that the index can refer to the next one.
   */
  private int endOfRun(List<Link> links, int from) {
    Link first = links.get(from);
    int position = table.offset() + HEADER_SIZE;
    int end = from;
    while (end < links.size()
        && end - from < MAX_ENTRIES
        && (end == from || position < MetadataTable.BLOCK_SIZE)) {
      Link link = links.get(end);
      int distance = link.number() - first.number();
      if (link.reference() >> 16 != first.reference() >> 16 || distance != (short) distance) {
        break;
      }
      position += ENTRY_SIZE + link.bytes().length;
      end++;
    }
    return end;
  }

  private void writeRun(List<Link> run) {
    Link first = run.getFirst();
    table.write(
        new LittleEndian().u32(run.size() - 1).u32(first.reference() >> 16).u32(first.number()));
    for (Link link : run) {
      table.write(
          new LittleEndian()
              .u16((int) link.reference() & 0xffff)
              .u16(link.number() - first.number())
              .u16(link.type())
              .u16(link.bytes().length - 1)
              .bytes(link.bytes()));
    }
  }

  /** Writes the table; see {@link MetadataTable#finish}. */
  long finish(PositionTrackingOutput body) throws IOException {
    return table.finish(body);
  }
}
