package linuxkit.filesystem.iso9660;

import java.util.List;

/**
 * How a volume is to be.
 *
 * @param volumeId the label that {@code LABEL=} finds: up to 32 printable ASCII chars; Joliet keeps
 *     the first 16
 * @param time of the volume, in seconds since 1970, within the years 1 to 9999: what {@code UUID=}
 *     finds is made of it
 * @param boot in the order that firmware is offered them; none to 31
 * @param reserve bytes that stay zero behind all else, such as for a backup partition table
 * @param multiple bytes that the size is a multiple of, itself one of 2048
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

  /** A volume that nothing starts from, as small as it can be. */
  public static IsoOptions of(String volumeId, long time) {
    return new IsoOptions(volumeId, time, List.of(), 0, SectorPacker.SIZE);
  }

  public IsoOptions withBoot(List<BootEntry> entries) {
    return new IsoOptions(volumeId, time, entries, reserve, multiple);
  }

  /** Room behind all else; see {@link IsoOptions}. */
  public IsoOptions withRoom(long bytes, long sizeMultiple) {
    return new IsoOptions(volumeId, time, boot, bytes, sizeMultiple);
  }
}
