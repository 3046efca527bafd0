/** Readers of file systems, which do not trust them. */
@NullMarked
package linuxkit.filesystem.read;

import org.jspecify.annotations.NullMarked;
