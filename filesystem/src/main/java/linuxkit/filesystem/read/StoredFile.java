package linuxkit.filesystem.read;

import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.archive.DeviceNumbers;
import linuxkit.filesystem.archive.TarEntry;

/**
 * A file of an archive or a file system.
 *
 * @param path as of a {@link linuxkit.filesystem.FileTree}; empty for the root
 * @param link the target of a symbolic link as written, or the path of the file that a hard link
 *     refers to; empty for other types
 * @param device numbers of a device
 * @param size of the content, in bytes; a hard link may carry the content of its file
 */
public record StoredFile(
    String path,
    TarEntry.Type type,
    Metadata metadata,
    String link,
    DeviceNumbers device,
    long size) {

  /** Makes a file that is not a device. */
  public static StoredFile of(
      String path, TarEntry.Type type, Metadata metadata, String link, long size) {
    return new StoredFile(path, type, metadata, link, DeviceNumbers.NONE, size);
  }

  /** Makes a hard link to a file that was visited before. */
  public static StoredFile link(String path, Metadata metadata, String to) {
    return of(path, TarEntry.Type.HARD_LINK, metadata, to, 0);
  }
}
