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
 * @param major of a device, 0 to 4095; 0 for other types
 * @param minor of a device, 0 to 1048575; 0 for other types
 * @param inode number of the inode. Entries of one archive that are not directories, have several
 *     links and the same inode are names of one file; one of them carries the content
 * @param links number of names of the file
 * @param size of the content, in bytes; 0 for all but regular files
 * @param content a stream over the content, usable until the next entry is read; it need not be
 *     closed or read to its end
 */
public record CpioEntry(
    String path,
    TarEntry.Type type,
    String target,
    Metadata metadata,
    int major,
    int minor,
    long inode,
    long links,
    long size,
    InputStream content) {}
