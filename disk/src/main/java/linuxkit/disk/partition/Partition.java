package linuxkit.disk.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import linuxkit.base.SparseImage;

/**
 * A partition with its content, before it has a place on a disk. A list of them becomes a disk by
 * {@link GptTable#disk(UUID, List, GptTable.BiosBoot)} or {@link MbrTable#disk(BootCode, int,
 * List)}, one after another, each at a multiple of 1 MiB.
 *
 * @param id which no other partition has: derive it from the content; only in a GUID partition
 *     table
 * @param name for people, up to 36 UTF-16 code units; only in a GUID partition table
 * @param bootable whether BIOS boot code starts this partition
 * @param content fills the partition, whose size is the content's: a multiple of 512 bytes
 */
public record Partition(
    PartitionType type, UUID id, String name, boolean bootable, SparseImage content) {
  /** Alignment of partitions in bytes, as in every partitioning tool. */
  public static final int ALIGNMENT = 1 << 20;

  /** Returns the offset of each partition, in bytes from the beginning of the disk. */
  static List<Long> offsets(List<Partition> partitions) {
    List<Long> offsets = new ArrayList<>();
    long at = ALIGNMENT;
    for (Partition partition : partitions) {
      offsets.add(at);
      at = Math.ceilDiv(at + partition.content.size(), ALIGNMENT) * ALIGNMENT;
    }
    return offsets;
  }

  /** Returns the first byte after the last partition, as an offset in bytes. */
  static long end(List<Partition> partitions) {
    return partitions.isEmpty()
        ? ALIGNMENT
        : offsets(partitions).getLast() + partitions.getLast().content.size();
  }

  static List<SparseImage> contents(List<Partition> partitions) {
    return partitions.stream().map(Partition::content).toList();
  }

  GptPartition gpt(long offset) {
    long attributes = bootable ? GptPartition.LEGACY_BIOS_BOOTABLE : 0;
    return new GptPartition(offset, content.size(), type.gpt(), id, name, attributes);
  }

  MbrPartition mbr(long offset) {
    return new MbrPartition(offset, content.size(), type.mbr(), bootable);
  }
}
