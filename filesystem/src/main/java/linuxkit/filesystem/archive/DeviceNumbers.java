package linuxkit.filesystem.archive;

/**
 * The numbers of a device.
 *
 * @param major 0 to 4095
 * @param minor 0 to 1048575
 */
public record DeviceNumbers(int major, int minor) {
  /** The numbers of a file that is not a device. */
  public static final DeviceNumbers NONE = new DeviceNumbers(0, 0);
}
