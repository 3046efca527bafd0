/**
 * Writes EROFS, the kernel's read-only file system for images (Linux, fs/erofs/erofs_fs.h and
 * Documentation/filesystems/erofs.rst).
 */
@NullMarked
package linuxkit.filesystem.erofs;

import org.jspecify.annotations.NullMarked;
