package linuxkit.boot.root;

/** A file system for a system's root, by the names that the kernel uses. */
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

  /** Returns the type for {@code mount}. */
  String type() {
    return type;
  }

  String module() {
    return module;
  }
}
