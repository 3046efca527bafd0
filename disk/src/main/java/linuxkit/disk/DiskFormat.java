package linuxkit.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.base.SparseImage;

/**
 * A kind of file that holds a disk. The same disk always gives the same bytes, whatever the machine
 * and the number of its cores.
 */
public interface DiskFormat {
  /** In bytes: every disk has a size that is a multiple of it. */
  int SECTOR = 512;

  /**
   * Writes the whole file, going through the disk once; memory is bounded by the tables of the
   * format.
   *
   * @param file new, empty, open for writing at any place; stays open
   * @throws DiskFailure when the format has no disks of that size, before anything is written
   */
  void write(SparseImage disk, FileChannel file) throws IOException;

  /**
   * Makes a disk of zeros, which takes up next to nothing until something is written to it.
   *
   * @param size as the guest sees it, in bytes
   * @throws DiskFailure when the format has no disks of that size
   * @throws FileFailure when the file exists, whatever it is, or cannot be written
   */
  default void create(Path file, long size) {
    try {
      checkSize("disk", size, Long.MAX_VALUE);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(file.toString());
      }
      try (AtomicFile disk = AtomicFile.create(file)) {
        write(SparseImage.builder().build(size), disk.channel());
        disk.commit();
      }
    } catch (DiskFailure e) {
      throw e.in(file);
    } catch (IOException e) {
      throw FileFailure.of("cannot create the disk", file, e);
    }
  }

  /**
   * @param format for messages
   * @param size of a disk as the guest sees it, in bytes
   * @param max the largest that a format has
   * @throws DiskFailure when the size is not a multiple of 512, or not between that and {@code max}
   */
  static void checkSize(String format, long size, long max) {
    if (size > max) {
      throw new DiskFailure(
          "the disk has "
              + size
              + " bytes, and a "
              + format
              + " no more than "
              + (max >> 30)
              + " GiB",
          "choose a smaller size, or another format");
    }
    if (size < SECTOR || size % SECTOR != 0) {
      throw new DiskFailure(
          "a disk cannot have " + size + " bytes", "choose a multiple of 512 bytes");
    }
  }
}
