package linuxkit.filesystem;

/**
 * A file of any type, without its name: an inode. Names that hold the same object (by identity) are
 * hard links to one file.
 */
public sealed interface Node {
  Metadata metadata();

  /** Type and permissions in one, as Linux has them in inodes and archives (st_mode). */
  default int mode() {
    return type() | metadata().permissions();
  }

  /** The type alone, in the bits that it has in st_mode. */
  int type();

  /**
   * Whether archives can say that several names are one file. Symbolic links that are the same
   * object are written one by one, since not every reader links them, and nothing tells them apart.
   */
  default boolean canHaveLinks() {
    return !(this instanceof Directory) && !(this instanceof Symlink);
  }

  /**
   * A directory; its entries are the {@link FileTree}'s.
   *
   * @param implied whether no archive speaks of it: it is there for what lies in it
   */
  record Directory(Metadata metadata, boolean implied) implements Node {
    /** One that is spoken of. */
    public Directory(Metadata metadata) {
      this(metadata, false);
    }

    @Override
    public int type() {
      return 0040000;
    }
  }

  record RegularFile(Metadata metadata, Content content) implements Node {
    @Override
    public int type() {
      return 0100000;
    }
  }

  /**
   * @param target as written, relative or absolute, never empty
   */
  record Symlink(Metadata metadata, String target) implements Node {
    public Symlink {
      if (target.isEmpty()) {
        throw new IllegalArgumentException("a symbolic link to nothing");
      }
    }

    @Override
    public int type() {
      return 0120000;
    }
  }

  /**
   * @param major 0 to {@value #MAX_MAJOR}
   * @param minor 0 to {@value #MAX_MINOR}
   */
  record Device(Metadata metadata, Kind kind, int major, int minor) implements Node {
    static final int MAX_MAJOR = (1 << 12) - 1;
    static final int MAX_MINOR = (1 << 20) - 1;

    public Device {
      if (major < 0 || major > MAX_MAJOR || minor < 0 || minor > MAX_MINOR) {
        throw new IllegalArgumentException("not a device number: " + major + ":" + minor);
      }
    }

    @Override
    public int type() {
      return kind == Kind.CHARACTER ? 0020000 : 0060000;
    }

    /** In 32 bits, as the kernel has it on disk (include/linux/kdev_t.h, new_encode_dev). */
    public long number() {
      return (minor & 0xff) | (long) major << 8 | (minor & ~0xffL) << 12;
    }

    public enum Kind {
      CHARACTER,
      BLOCK
    }
  }

  record Fifo(Metadata metadata) implements Node {
    @Override
    public int type() {
      return 0010000;
    }
  }
}
