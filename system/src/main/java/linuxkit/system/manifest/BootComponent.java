package linuxkit.system.manifest;

/** What a bootable format holds beside the system itself: an image each, by its own build.yml. */
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

  /** Of the mapping {@code boot} in a manifest. */
  public String key() {
    return key;
  }

  /** Where the one lies among this project's components that serves when a manifest names none. */
  public String folder() {
    return folder;
  }
}
