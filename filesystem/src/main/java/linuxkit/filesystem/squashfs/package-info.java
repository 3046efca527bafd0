/**
 * Squashfs 4.0, the compressed read-only file system (Linux, Documentation/filesystems/squashfs.rst
 * and fs/squashfs/squashfs_fs.h). Sections of the former are what comments here refer to.
 */
@NullMarked
package linuxkit.filesystem.squashfs;

import org.jspecify.annotations.NullMarked;
