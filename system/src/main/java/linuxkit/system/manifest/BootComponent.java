package linuxkit.system.manifest;

/** A part of bootable formats beside the system itself: an image with a build.yml of its own. */
public enum BootComponent {
  /** systemd's stub and boot loader, which UEFI machines start. */
  UEFI("uefi", "systemd-boot"),
  /** Syslinux, which machines with a BIOS start. */
  BIOS("bios", "syslinux"),
  /** The initrd of a system whose root is a file system of its own. */
  FIRST_STAGE("first-stage", "first-stage"),
  /** Firmware and U-Boot, which a Raspberry Pi starts. */
  RASPBERRY_PI("raspberry-pi", "raspberry-pi");

  private final String key;
  private final String folder;

  BootComponent(String key, String folder) {
    this.key = key;
    this.folder = folder;
  }

  /** Returns the key in the mapping {@code boot} of a manifest. */
  public String key() {
    return key;
  }

  /** Returns the folder of the project's component that is used if the manifest names no image. */
  public String folder() {
    return folder;
  }
}
