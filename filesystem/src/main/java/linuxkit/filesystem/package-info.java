/** A file tree in memory, and readers and writers of cpio and tar archives. */
@NullMarked
package linuxkit.filesystem;

import org.jspecify.annotations.NullMarked;
