/**
 * Writes squashfs 4.0, the compressed read-only file system (Linux,
 * Documentation/filesystems/squashfs.rst and fs/squashfs/squashfs_fs.h). Section numbers in
 * comments refer to the former.
 */
@NullMarked
package linuxkit.filesystem.squashfs;

import org.jspecify.annotations.NullMarked;
