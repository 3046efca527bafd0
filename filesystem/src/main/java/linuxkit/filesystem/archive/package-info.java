/** The archive formats tar (POSIX pax, GNU) and cpio (newc), read and written as streams. */
@NullMarked
package linuxkit.filesystem.archive;

import org.jspecify.annotations.NullMarked;
