package linuxkit.filesystem.fat;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Options of a volume.
 *
 * @param type empty to choose by the size of the volume, as Microsoft's formatter does
 * @param sectorsPerCluster number of 512-byte sectors, a power of two from 1 to 64; empty to choose
 *     by the size of the volume
 * @param hiddenSectors number of 512-byte sectors before the volume, that is the start of its
 *     partition; 0 to 2³²−1
 * @param label 1 to 11 chars: capital letters, digits, spaces inside and {@code $%'-_@~`!(){}^#&};
 *     empty for none
 * @param serial 0 to 2³²−1; empty to derive it from the content of the volume
 * @param time of the label, in seconds since 1970
 */
public record FatOptions(
    Size size,
    Optional<FatType> type,
    OptionalInt sectorsPerCluster,
    long hiddenSectors,
    String label,
    OptionalLong serial,
    long time) {
  private static final long MAX_32 = 0xffff_ffffL;

  /** The size of a volume. */
  public sealed interface Size {
    /**
     * @param bytes a multiple of 512
     */
    record Exactly(long bytes) implements Size {
      public Exactly {
        if (bytes < 1 || bytes % Geometry.SECTOR != 0) {
          throw new IllegalArgumentException("not a number of sectors: " + bytes + " bytes");
        }
      }
    }

    /**
     * The smallest size that the type allows and that holds all files.
     *
     * @param free space that remains in clusters, in bytes, at least 0
     * @param multiple divisor of the size, in bytes; a multiple of 512
     */
    record Smallest(long free, long multiple) implements Size {
      public Smallest {
        if (free < 0 || multiple < 1 || multiple % Geometry.SECTOR != 0) {
          throw new IllegalArgumentException(
              "not a size: " + free + " bytes free, in steps of " + multiple);
        }
      }
    }
  }

  public FatOptions {
    if (sectorsPerCluster.isPresent()) {
      int sectors = sectorsPerCluster.getAsInt();
      if (sectors < 1 || sectors > 64 || Integer.bitCount(sectors) != 1) {
        throw new IllegalArgumentException("not a number of sectors per cluster: " + sectors);
      }
    }
    if (hiddenSectors < 0 || hiddenSectors > MAX_32) {
      throw new IllegalArgumentException("not a number of hidden sectors: " + hiddenSectors);
    }
    if (serial.isPresent() && (serial.getAsLong() < 0 || serial.getAsLong() > MAX_32)) {
      throw new IllegalArgumentException("not a serial number: " + serial.getAsLong());
    }
    if (!label.isEmpty() && !DosName.isLabel(label)) {
      throw new IllegalArgumentException("not a volume label: " + label);
    }
  }

  private static FatOptions of(Size size) {
    return new FatOptions(
        size, Optional.empty(), OptionalInt.empty(), 0, "", OptionalLong.empty(), 0);
  }

  /** See {@link Size.Exactly}. */
  public static FatOptions exactly(long bytes) {
    return of(new Size.Exactly(bytes));
  }

  /** See {@link Size.Smallest}. */
  public static FatOptions smallest(long free, long multiple) {
    return of(new Size.Smallest(free, multiple));
  }

  public FatOptions withType(FatType type) {
    return new FatOptions(
        size, Optional.of(type), sectorsPerCluster, hiddenSectors, label, serial, time);
  }

  public FatOptions withSectorsPerCluster(int sectors) {
    return new FatOptions(size, type, OptionalInt.of(sectors), hiddenSectors, label, serial, time);
  }

  public FatOptions withHiddenSectors(long sectors) {
    return new FatOptions(size, type, sectorsPerCluster, sectors, label, serial, time);
  }

  /**
   * @param time of the label's entry, in seconds since 1970
   */
  public FatOptions withLabel(String label, long time) {
    return new FatOptions(size, type, sectorsPerCluster, hiddenSectors, label, serial, time);
  }

  public FatOptions withSerial(long serial) {
    return new FatOptions(
        size, type, sectorsPerCluster, hiddenSectors, label, OptionalLong.of(serial), time);
  }
}
