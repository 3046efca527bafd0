package linuxkit.filesystem;

import java.io.InputStream;

/**
 * One file of a cpio archive.
 *
 * @param path the name as a path of a {@link FileTree}; empty only for a directory
 * @param type never {@link TarEntry.Type#HARD_LINK}: see {@code links}
 * @param target of a symbolic link, never empty; else empty
 * @param major of a device 0 to 4095, else 0
 * @param minor of a device 0 to 1048575, else 0
 * @param inode files of one archive that are no directories, have several links and the same inode,
 *     are one file; one of them has the content
 * @param links how many names the file has
 * @param size of the content, in bytes; 0 for all but regular files
 * @param content a stream over the content, to be read before the next entry is asked for; it need
 *     not be closed, nor read to its end
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
