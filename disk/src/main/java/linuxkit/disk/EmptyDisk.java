package linuxkit.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;

/** The files of disks that hold nothing yet. */
final class EmptyDisk {
  static final int SECTOR = 512;

  /** More than any hypervisor takes; it keeps the tables of every format within bounds. */
  static final long MAX_SIZE = 1L << 50;

  /** Writes what a format has at its beginning. */
  @FunctionalInterface
  interface Head {
    void write(FileChannel channel) throws IOException;
  }

  private EmptyDisk() {}

  /**
   * A new file of a length, which takes up no more room than its head.
   *
   * @throws FileFailure when it exists, whatever it is, or cannot be written
   */
  static void create(Path file, long length, Head head) {
    try {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(file.toString());
      }
      try (AtomicFile disk = AtomicFile.create(file)) {
        FileChannel channel = disk.channel();
        // Writing the last byte makes the file that long, with a hole before.
        write(channel, length - 1, ByteBuffer.allocate(1));
        head.write(channel);
        disk.commit();
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot create the disk", file, e);
    }
  }

  static void write(FileChannel channel, long position, ByteBuffer bytes) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /** Checks the size of a disk as the guest sees it. */
  static void check(Path file, long size) {
    if (size < SECTOR || size > MAX_SIZE || size % SECTOR != 0) {
      throw new DiskFailure(
          "a disk cannot have " + size + " bytes",
          file.toString(),
          "choose a multiple of 512 bytes up to 1 PiB");
    }
  }
}
