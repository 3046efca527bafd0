package linuxkit.filesystem;

/**
 * A file of any type, without its name: an inode. Names that hold the same object (by identity) are
 * hard links to one file.
 */
public sealed interface Node {
  Metadata metadata();

  /** A directory; its entries are the {@link FileTree}'s. */
  record Directory(Metadata metadata) implements Node {}

  record RegularFile(Metadata metadata, Content content) implements Node {}

  /**
   * @param target as written, relative or absolute, never empty
   */
  record Symlink(Metadata metadata, String target) implements Node {}

  record Device(Metadata metadata, Kind kind, int major, int minor) implements Node {
    public enum Kind {
      CHARACTER,
      BLOCK
    }
  }

  record Fifo(Metadata metadata) implements Node {}
}
