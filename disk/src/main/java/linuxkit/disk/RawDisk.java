package linuxkit.disk;

import java.nio.file.Path;

/** A disk as a file of its own size. */
public final class RawDisk {
  private RawDisk() {}

  /**
   * Makes a disk of zeros, as a sparse file where the file system knows them.
   *
   * @param size in bytes, a multiple of 512 up to 2⁵⁰
   * @throws DiskFailure when the size is not of these
   * @throws linuxkit.base.FileFailure when the file exists or cannot be written
   */
  public static void create(Path file, long size) {
    EmptyDisk.check(file, size);
    EmptyDisk.create(file, size, _ -> {});
  }
}
