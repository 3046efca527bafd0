package linuxkit.filesystem.iso9660;

import java.util.List;

/**
 * Options of a volume.
 *
 * @param volumeId the label for {@code LABEL=}: up to 32 printable ASCII chars, of which Joliet
 *     keeps 16
 * @param time of the volume, in seconds since 1970, within the years 1 to 9999; it determines the
 *     ID for {@code UUID=}
 * @param boot up to 31 boot images, in the order in which firmware sees them
 * @param reserve size of zeros at the end, in bytes, such as for a backup partition table
 * @param multiple divisor of the size, in bytes; a multiple of 2048
 */
public record IsoOptions(
    String volumeId, long time, List<BootEntry> boot, long reserve, long multiple) {
  private static final int MAX_ID = 32;

  public IsoOptions {
    if (volumeId.length() > MAX_ID
        || !volumeId.chars().allMatch(c -> c >= ' ' && c < 0x7f)
        || !volumeId.equals(volumeId.strip())) {
      throw new IllegalArgumentException("not a volume identifier: " + volumeId);
    }
    if (boot.size() > BootCatalog.MAX_ENTRIES) {
      throw new IllegalArgumentException("not a number of boot entries: " + boot.size());
    }
    if (reserve < 0 || multiple < 1 || multiple % SectorPacker.SIZE != 0) {
      throw new IllegalArgumentException(
          "not a size: " + reserve + " bytes free, in steps of " + multiple);
    }
    boot = List.copyOf(boot);
  }

  /** Returns options for the smallest volume without boot images. */
  public static IsoOptions of(String volumeId, long time) {
    return new IsoOptions(volumeId, time, List.of(), 0, SectorPacker.SIZE);
  }

  public IsoOptions withBoot(List<BootEntry> entries) {
    return new IsoOptions(volumeId, time, entries, reserve, multiple);
  }

  /** Returns these options with space at the end; see {@link IsoOptions}. */
  public IsoOptions withRoom(long bytes, long sizeMultiple) {
    return new IsoOptions(volumeId, time, boot, bytes, sizeMultiple);
  }
}
