package linuxkit.filesystem.squashfs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.PositionTrackingOutput;

/**
 * The lists of what is in directories ("3.3 Directories"). A list is a row of headers, each with up
 * to 256 entries whose inodes lie in one metadata block and whose numbers are near the header's.
 */
final class DirectoryTable {
  /** What readers count for the entries {@code .} and {@code ..}, which are not there, in bytes. */
  static final int DOTS = 3;

  /** What the inode can say of a list's length, in bytes. */
  static final long MAX_LENGTH = 0xffff_ffffL - DOTS;

  private static final int MAX_ENTRIES = 256;
  private static final int HEADER_SIZE = 12;
  private static final int ENTRY_SIZE = 8;

  /** The inode has 16 bits for how many there are: what comes after is looked through in a row. */
  private static final int MAX_INDEX = 0xffff;

  /**
   * Where a list lies, or part of it.
   *
   * @param index one entry for each metadata block that a header lies in, but not the list's first:
   *     the structures of the directory's inode
   */
  record Listing(int blockStart, int offset, long length, List<LittleEndian> index) {}

  private final MetadataTable table;

  DirectoryTable(BlockCompressor compressor) {
    this.table = new MetadataTable(compressor);
  }

  /** The most that an entry adds to a list, in bytes. */
  static long length(Inode.Link link) {
    return (long) HEADER_SIZE + ENTRY_SIZE + link.bytes().length;
  }

  /** Writes the list of a directory whose entries' inodes were all written. */
  Listing write(List<Inode.Link> links) {
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
   * How far one header reaches: also no further than its metadata block, so that the index can lead
   * into the next one.
   */
  private int endOfRun(List<Inode.Link> links, int from) {
    Inode first = links.get(from).inode();
    int position = table.offset() + HEADER_SIZE;
    int end = from;
    while (end < links.size()
        && end - from < MAX_ENTRIES
        && (end == from || position < MetadataTable.BLOCK_SIZE)) {
      Inode inode = links.get(end).inode();
      int distance = inode.number() - first.number();
      if (inode.reference() >> 16 != first.reference() >> 16 || distance != (short) distance) {
        break;
      }
      position += ENTRY_SIZE + links.get(end).bytes().length;
      end++;
    }
    return end;
  }

  private void writeRun(List<Inode.Link> run) {
    Inode first = run.getFirst().inode();
    table.write(
        new LittleEndian().u32(run.size() - 1).u32(first.reference() >> 16).u32(first.number()));
    for (Inode.Link link : run) {
      Inode inode = link.inode();
      byte[] name = link.bytes();
      table.write(
          new LittleEndian()
              .u16((int) inode.reference() & 0xffff)
              .u16(inode.number() - first.number())
              .u16(InodeTable.type(inode.node()))
              .u16(name.length - 1)
              .bytes(name));
    }
  }

  /** See {@link MetadataTable#finish}. */
  long finish(PositionTrackingOutput body) throws IOException {
    return table.finish(body);
  }
}
