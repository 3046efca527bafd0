package linuxkit.disk.partition;

import java.util.UUID;

/**
 * The purpose of a partition, as either kind of table stores it.
 *
 * @param mbr 1 to 255
 * @param gpt the type's GUID
 */
public record PartitionType(int mbr, UUID gpt) {
  private static final UUID BASIC_DATA = UUID.fromString("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7");
  private static final UUID LINUX_DATA = UUID.fromString("0fc63daf-8483-4772-8e79-3d69d8477de4");

  /** The partition that UEFI firmware boots from. */
  public static final PartitionType EFI_SYSTEM = new PartitionType(0xef, GptPartition.EFI_SYSTEM);

  public static final PartitionType FAT12 = new PartitionType(MbrPartition.FAT12, BASIC_DATA);
  public static final PartitionType FAT16 = new PartitionType(MbrPartition.FAT16, BASIC_DATA);
  public static final PartitionType FAT32 = new PartitionType(MbrPartition.FAT32, BASIC_DATA);
  public static final PartitionType LINUX = new PartitionType(MbrPartition.LINUX, LINUX_DATA);
}
