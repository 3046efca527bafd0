package linuxkit.filesystem.archive;

import java.io.InputStream;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;

/**
 * One file of a cpio archive.
 *
 * @param path the name as a path of a {@link FileTree}; empty only for a directory
 * @param type never {@link TarEntry.Type#HARD_LINK}: see {@code links}
 * @param target of a symbolic link, never empty; empty for other types
 * @param device numbers of a device
 * @param size of the content, in bytes; 0 for all but regular files
 * @param content a stream over the content, usable until the next entry is read; it need not be
 *     closed or read to its end
 */
public record CpioEntry(
    String path,
    TarEntry.Type type,
    String target,
    Metadata metadata,
    DeviceNumbers device,
    Inode inode,
    long size,
    InputStream content) {
  /**
   * The file that an entry names. Entries of one archive that are not directories, have several
   * links and the same number are names of one file; one of them carries the content.
   *
   * @param links number of names of the file
   */
  public record Inode(long number, long links) {}
}
