package linuxkit.disk.qcow2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import linuxkit.disk.block.FileWriter;

/**
 * Writes the clusters of a disk as they arrive, followed by the tables that point to them: each
 * second-level table after its clusters, everything else at the end.
 */
final class Qcow2Writer {
  static final int CLUSTER_BITS = 16;
  static final int CLUSTER = 1 << CLUSTER_BITS;

  private static final int ENTRY = Long.BYTES;
  private static final int PER_TABLE = CLUSTER / ENTRY;

  /** Flag of entries of both levels: the cluster is used once, so it may be changed in place. */
  private static final long COPIED = 1L << 63;

  private static final long COMPRESSED = 1L << 62;

  /** The position of the number of additional sectors in a compressed cluster's entry. */
  private static final int SECTORS_SHIFT = 62 - (CLUSTER_BITS - 8);

  private static final int SECTOR_BITS = 9;
  private static final int HEADER = 104;
  private static final int HEADER_WITH_COMPRESSION_TYPE = 112;
  private static final long COMPRESSION_TYPE = 1 << 3;
  private static final byte ZSTD = 1;

  private final long size;
  private final FileWriter file;
  private final ReferenceCounts counts = new ReferenceCounts();
  private final ByteBuffer first;
  private final ByteBuffer second = ByteBuffer.allocate(CLUSTER);
  private long table;
  private boolean empty = true;

  /** The offset of the next cluster of the file; the header has the first. */
  private long end = CLUSTER;

  /** The end of the compressed data; new data continues there unless a cluster ends there. */
  private long packed = CLUSTER;

  Qcow2Writer(long size, FileChannel file) {
    this.size = size;
    this.file = new FileWriter(file);
    this.first = ByteBuffer.allocate((int) Math.ceilDiv(size, (long) CLUSTER * PER_TABLE) * ENTRY);
    counts.add(0, CLUSTER);
  }

  /** Writes a cluster of the disk; must be called in order. */
  void put(long index, byte[] cluster) throws IOException {
    long offset = use(1);
    file.put(offset, cluster);
    enter(index, COPIED | offset);
  }

  /** Writes a compressed cluster, which must be smaller than a plain one. */
  void putCompressed(long index, byte[] compressed) throws IOException {
    // Compressed data may span two clusters of the file only if they are adjacent.
    long room = Math.ceilDiv(packed, CLUSTER) * CLUSTER - packed;
    boolean follows = packed + room == end;
    if (compressed.length > room) {
      long offset = allocate(1);
      packed = follows ? packed : offset;
    }
    long offset = packed;
    file.put(offset, compressed);
    packed += compressed.length;
    long sectors = ((packed - 1) >> SECTOR_BITS) - (offset >> SECTOR_BITS);
    // Counts the clusters of all of its sectors, as clusters consist of whole sectors.
    counts.add(offset, compressed.length);
    enter(index, COMPRESSED | sectors << SECTORS_SHIFT | offset);
  }

  /** Allocates the next clusters of the file. */
  private long allocate(long clusters) {
    long offset = end;
    end += clusters * CLUSTER;
    return offset;
  }

  /** Allocates clusters that are used once. */
  private long use(long clusters) {
    long offset = allocate(clusters);
    counts.add(offset, clusters * CLUSTER);
    return offset;
  }

  private void enter(long index, long entry) throws IOException {
    if (index / PER_TABLE != table) {
      flush();
      table = index / PER_TABLE;
    }
    second.putLong((int) (index % PER_TABLE) * ENTRY, entry);
    empty = false;
  }

  /** Writes the second-level table unless it is empty. */
  private void flush() throws IOException {
    if (empty) {
      return;
    }
    long offset = use(1);
    file.put(offset, second.duplicate());
    first.putLong((int) table * ENTRY, COPIED | offset);
    second.put(0, new byte[CLUSTER]);
    empty = true;
  }

  /** Writes the other tables and the header. */
  void finish(boolean zstd) throws IOException {
    flush();
    long firstClusters = Math.ceilDiv(first.capacity(), CLUSTER);
    long firstAt = use(firstClusters);
    file.put(firstAt, first.duplicate());

    // The reference counts also cover their own clusters.
    long used = end / CLUSTER;
    int blocks = 1;
    int tables = 1;
    while (used + tables + blocks > (long) blocks * ReferenceCounts.PER_BLOCK) {
      blocks++;
      tables = Math.ceilDiv(blocks, PER_TABLE);
    }
    long tablesAt = use(tables);
    long blocksAt = use(blocks);
    for (int i = 0; i < blocks; i++) {
      ByteBuffer entry = ByteBuffer.allocate(ENTRY).putLong(0, blocksAt + (long) i * CLUSTER);
      file.put(tablesAt + (long) i * ENTRY, entry);
      file.put(blocksAt + (long) i * CLUSTER, counts.block(i));
    }
    file.put(0, header(firstAt, tablesAt, tables, zstd));
  }

  private ByteBuffer header(long firstAt, long tablesAt, int tables, boolean zstd) {
    return ByteBuffer.allocate(zstd ? HEADER_WITH_COMPRESSION_TYPE : HEADER)
        .put(new byte[] {'Q', 'F', 'I', (byte) 0xfb})
        .putInt(3)
        .putLong(0) // no backing file,
        .putInt(0) // so its name has no length
        .putInt(CLUSTER_BITS)
        .putLong(size)
        .putInt(0) // not encrypted
        .putInt(first.capacity() / ENTRY)
        .putLong(firstAt)
        .putLong(tablesAt)
        .putInt(tables)
        .putInt(0) // no snapshots,
        .putLong(0) // so no table of them
        .putLong(zstd ? COMPRESSION_TYPE : 0) // incompatible features
        .putLong(0) // compatible features
        .putLong(0) // features that writers clear
        .putInt(4) // reference counts of 2⁴ bits
        .putInt(zstd ? HEADER_WITH_COMPRESSION_TYPE : HEADER)
        .put(zstd ? new byte[] {ZSTD} : new byte[0])
        .rewind();
  }
}
