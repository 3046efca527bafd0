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
 * A file format that holds a disk. The same disk always gives the same bytes, whatever the machine
 * and the number of its cores.
 */
public interface DiskFormat {
  /** The size of a sector in bytes; every disk consists of whole sectors. */
  int SECTOR = 512;

  /**
   * Writes the whole file and reads the disk once. Needs memory only for the tables of the format.
   *
   * @param file new, empty, open for writing at any place; stays open
   * @throws DiskFailure if the format cannot hold a disk of this size; nothing is written then
   */
  void write(SparseImage disk, FileChannel file) throws IOException;

  /**
   * Creates a disk of zeros, which takes up almost no space.
   *
   * @param size as the guest sees it, in bytes
   * @throws DiskFailure if the format cannot hold a disk of this size
   * @throws FileFailure if the path exists, or the file cannot be written
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
   * Checks the size of a disk.
   *
   * @param format for messages
   * @param size of a disk as the guest sees it, in bytes
   * @param max the format's limit
   * @throws DiskFailure if the size is not a multiple of 512 from 512 to {@code max}
   */
  static void checkSize(String format, long size, long max) {
    if (size > max) {
      throw new DiskFailure(
          "the disk is "
              + size
              + " bytes long; the limit of a "
              + format
              + " is "
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
