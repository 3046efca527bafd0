package linuxkit.disk.partition;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import linuxkit.base.SparseImage;
import linuxkit.disk.ContentUuid;
import linuxkit.disk.DiskFailure;

/**
 * The boot sector with the partition table that BIOS boot code reads (UEFI specification 2.10,
 * section 5.2.1).
 *
 * @param signature by which systems tell disks from one another: derive it from the content, as
 *     with {@link #signature}
 * @param partitions up to four, in the order of their numbers
 */
public record MbrTable(BootCode bootCode, int signature, List<MbrPartition> partitions) {
  private static final int ENTRIES = 446;
  private static final int ENTRY = 16;
  private static final int MAX_PARTITIONS = 4;
  private static final long MAX_SECTOR = 0xffff_ffffL;

  /**
   * @throws DiskFailure when partitions overlap, or lie where 32-bit sector numbers do not reach
   */
  public MbrTable {
    if (partitions.size() > MAX_PARTITIONS) {
      throw new IllegalArgumentException(partitions.size() + " partitions");
    }
    if (partitions.stream().filter(MbrPartition::active).count() > 1) {
      throw new IllegalArgumentException("more than one active partition");
    }
    partitions = List.copyOf(partitions);
    Sectors.checkApart(
        ranges(partitions.stream().filter(p -> p.type() != 0).toList()),
        Sectors.SIZE,
        Long.MAX_VALUE);
    for (MbrPartition partition : partitions) {
      if (partition.end() / Sectors.SIZE - 1 > MAX_SECTOR
          || partition.length() / Sectors.SIZE > MAX_SECTOR) {
        throw new DiskFailure(
            "a partition that ends at byte " + partition.end() + " is beyond an MBR's reach",
            "keep below 2 TiB, or use a GPT");
      }
    }
  }

  /**
   * A signature for a disk.
   *
   * @param seed stands for the content, such as its hash
   */
  public static int signature(byte[] seed) {
    // 0 is what a disk has that was never given one.
    int signature = ContentUuid.of(seed, "disk signature").hashCode();
    return signature == 0 ? 1 : signature;
  }

  /** The first 512 bytes of the disk. */
  public byte[] sector() {
    ByteBuffer sector = ByteBuffer.allocate(Sectors.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    bootCode.put(sector);
    sector.putInt(BootCode.MAX_LENGTH, signature);
    for (int i = 0; i < partitions.size(); i++) {
      put(partitions.get(i), sector.position(ENTRIES + i * ENTRY));
    }
    sector.putShort(Sectors.SIZE - 2, (short) 0xaa55);
    return sector.array();
  }

  private static void put(MbrPartition partition, ByteBuffer entry) {
    long first = partition.offset() / Sectors.SIZE;
    long count = partition.length() / Sectors.SIZE;
    entry.put((byte) (partition.active() ? 0x80 : 0));
    entry.put(Chs.of(first));
    entry.put((byte) partition.type());
    entry.put(
        partition.type() == MbrPartition.GPT_PROTECTIVE
            ? Chs.ofProtected(first + count - 1)
            : Chs.of(first + count - 1));
    entry.putInt((int) first).putInt((int) count);
  }

  /**
   * A whole disk.
   *
   * @param size in bytes
   * @param contents one for each partition, in their order; the rest of a partition is zeros
   * @throws DiskFailure when one does not fit its partition, or the partitions the disk
   */
  public SparseImage disk(long size, List<SparseImage> contents) {
    List<Sectors.Range> ranges = ranges(partitions);
    Sectors.checkApart(ranges, Sectors.SIZE, size);
    return Sectors.fill(SparseImage.builder().put(0, sector()), ranges, contents).build(size);
  }

  private static List<Sectors.Range> ranges(List<MbrPartition> partitions) {
    return partitions.stream().map(p -> new Sectors.Range(p.offset(), p.end())).toList();
  }
}
