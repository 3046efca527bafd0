package linuxkit.boot.root;

/** A file system that a system's root can be, as the kernel names it. */
public enum RootFileSystem {
  SQUASHFS("squashfs", "squashfs"),
  EROFS("erofs", "erofs"),
  ISO9660("iso9660", "isofs");

  private final String type;
  private final String module;

  RootFileSystem(String type, String module) {
    this.type = type;
    this.module = module;
  }

  /** As {@code mount} takes it. */
  String type() {
    return type;
  }

  String module() {
    return module;
  }
}
