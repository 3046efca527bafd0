package linuxkit.filesystem.archive;

import java.io.InputStream;
import java.util.Optional;
import java.util.SortedMap;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;

/**
 * One file of a tar archive.
 *
 * @param name the name as in the archive
 * @param path the name as a path of a {@link FileTree}; empty only for a directory
 * @param link the target of a symbolic link as written, or the path of the file that a hard link
 *     refers to, never empty; empty for other types
 * @param device numbers of a device
 * @param records vendor records of the pax header, whose keys begin with a capital letter, except
 *     extended attributes and maps of sparse files; the values are bytes, one char (0 to 255) for
 *     each
 * @param body of a regular file; empty for other types
 */
public record TarEntry(
    String name,
    String path,
    Type type,
    String link,
    Metadata metadata,
    DeviceNumbers device,
    SortedMap<String, String> records,
    Body body) {
  /**
   * The content of an entry.
   *
   * @param size in bytes
   * @param offset of the stored data in the uncompressed archive, in bytes
   * @param stream usable until the next entry is read; it need not be closed or read to its end
   * @param sparse the places of the stored data; empty if the archive holds all bytes
   */
  public record Body(long size, long offset, InputStream stream, Optional<SparseMap> sparse) {}

  /** Returns the size of the content in bytes. */
  public long size() {
    return body.size();
  }

  /** Returns the stream over the content. */
  public InputStream content() {
    return body.stream();
  }

  public enum Type {
    FILE,
    HARD_LINK,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    DIRECTORY,
    FIFO
  }
}
