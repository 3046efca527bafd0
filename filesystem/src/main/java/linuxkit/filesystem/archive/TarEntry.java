package linuxkit.filesystem.archive;

import java.io.InputStream;
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
 * @param major of a device, 0 to 4095; 0 for other types
 * @param minor of a device, 0 to 1048575; 0 for other types
 * @param size of the content, in bytes; 0 for all but regular files
 * @param offset of the content in the uncompressed archive, in bytes
 * @param records vendor records of the pax header, whose keys begin with a capital letter, except
 *     extended attributes; the values are bytes, one char (0 to 255) for each
 * @param content a stream over the content, usable until the next entry is read; it need not be
 *     closed or read to its end
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
