package linuxkit.disk;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * QEMU's disk image format, version 3 (QEMU, docs/interop/qcow2.rst): clusters of 64 KiB, found
 * through two levels of tables and counted in blocks of 16-bit numbers.
 */
public final class Qcow2 {
  private static final int CLUSTER_BITS = 16;
  private static final int CLUSTER = 1 << CLUSTER_BITS;
  private static final int ENTRY = 8;
  private static final int HEADER = 104;

  /** How much of the disk one entry of the first table stands for: 512 MiB. */
  private static final long PER_ENTRY = (long) CLUSTER * (CLUSTER / ENTRY);

  // What the file is made of, one cluster after another: the header, the table of the blocks of
  // reference counts, the one such block that so few clusters need, the first table of the disk.
  private static final int REFERENCE_TABLE = 1;
  private static final int REFERENCE_BLOCK = 2;
  private static final int FIRST_TABLE = 3;

  private Qcow2() {}

  /**
   * Makes a disk of zeros, which takes up a few clusters until something is written to it.
   *
   * @param size as the guest sees it, in bytes, a multiple of 512 up to 2⁵⁰
   * @throws DiskFailure when the size is not of these
   * @throws linuxkit.base.FileFailure when the file exists or cannot be written
   */
  public static void create(Path file, long size) {
    EmptyDisk.check(file, size);
    int entries = (int) Math.ceilDiv(size, PER_ENTRY);
    int clusters = FIRST_TABLE + Math.ceilDiv(entries * ENTRY, CLUSTER);
    EmptyDisk.create(
        file,
        (long) clusters * CLUSTER,
        channel -> {
          EmptyDisk.write(channel, 0, header(size, entries));
          EmptyDisk.write(channel, (long) REFERENCE_TABLE * CLUSTER, offset(REFERENCE_BLOCK));
          EmptyDisk.write(channel, (long) REFERENCE_BLOCK * CLUSTER, references(clusters));
        });
  }

  private static ByteBuffer header(long size, int entries) {
    return ByteBuffer.allocate(HEADER)
        .put(new byte[] {'Q', 'F', 'I', (byte) 0xfb})
        .putInt(3)
        .putLong(0) // no backing file,
        .putInt(0) // so its name has no length
        .putInt(CLUSTER_BITS)
        .putLong(size)
        .putInt(0) // not encrypted
        .putInt(entries)
        .putLong((long) FIRST_TABLE * CLUSTER)
        .putLong((long) REFERENCE_TABLE * CLUSTER)
        .putInt(1) // cluster of that table
        .putInt(0) // no snapshots,
        .putLong(0) // so no table of them
        .putLong(0) // incompatible features
        .putLong(0) // compatible features
        .putLong(0) // features that writers clear
        .putInt(4) // reference counts of 2⁴ bits
        .putInt(HEADER)
        .flip();
  }

  private static ByteBuffer offset(int cluster) {
    return ByteBuffer.allocate(ENTRY).putLong((long) cluster * CLUSTER).flip();
  }

  /** Each cluster of the file is used once; there are far fewer than a block has numbers for. */
  private static ByteBuffer references(int clusters) {
    ByteBuffer counts = ByteBuffer.allocate(2 * clusters);
    while (counts.hasRemaining()) {
      counts.putShort((short) 1);
    }
    return counts.flip();
  }
}
