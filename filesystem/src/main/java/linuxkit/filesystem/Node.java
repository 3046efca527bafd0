package linuxkit.filesystem;

/**
 * A file of any type without its name: an inode. Entries that share a node (by identity) are hard
 * links to one file.
 */
public sealed interface Node {
  Metadata metadata();

  /** Returns type and permissions in one number, as in st_mode of Linux. */
  default int mode() {
    return type() | metadata().permissions();
  }

  /** Returns the type bits of st_mode. */
  int type();

  /**
   * Returns whether archives can store several names of this file as hard links. Symbolic links are
   * always stored separately: not every reader can link them, and copies are equivalent.
   */
  default boolean canHaveLinks() {
    return !(this instanceof Directory) && !(this instanceof Symlink);
  }

  /**
   * A directory; the {@link FileTree} holds its entries.
   *
   * @param implied whether no archive lists the directory, so that it exists only as a parent of
   *     other files
   */
  record Directory(Metadata metadata, boolean implied) implements Node {
    /** Creates a directory that an archive lists. */
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
        throw new IllegalArgumentException("a symbolic link without a target");
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
    public static final int MAX_MAJOR = (1 << 12) - 1;
    public static final int MAX_MINOR = (1 << 20) - 1;

    public Device {
      if (major < 0 || major > MAX_MAJOR || minor < 0 || minor > MAX_MINOR) {
        throw new IllegalArgumentException("not a device number: " + major + ":" + minor);
      }
    }

    @Override
    public int type() {
      return kind == Kind.CHARACTER ? 0020000 : 0060000;
    }

    /**
     * Returns the device number in 32 bits, as the kernel stores it on disk
     * (include/linux/kdev_t.h, new_encode_dev).
     */
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
