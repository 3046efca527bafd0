package linuxkit.filesystem;

import java.io.InputStream;
import java.util.SortedMap;

/**
 * One file of a tar archive.
 *
 * @param name as it stands in the archive
 * @param path the name as a path of a {@link FileTree}; empty only for a directory
 * @param link of a symbolic link the target as written, never empty; of a hard link the path of the
 *     file linked to, never empty; else empty
 * @param major of a device 0 to 4095, else 0
 * @param minor of a device 0 to 1048575, else 0
 * @param size of the content, in bytes; 0 for all but regular files
 * @param offset where the content begins within the uncompressed archive
 * @param records of its pax header those that the archive's maker has for itself, whose keys begin
 *     with a capital letter, but extended attributes: the values are bytes, one char (0 to 255)
 *     each
 * @param content a stream over the content, to be read before the next entry is asked for; it need
 *     not be closed, nor read to its end
 */
public record TarEntry(
    String name,
    String path,
    Type type,
    String link,
    Metadata metadata,
    int major,
    int minor,
    long size,
    long offset,
    SortedMap<String, String> records,
    InputStream content) {
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
