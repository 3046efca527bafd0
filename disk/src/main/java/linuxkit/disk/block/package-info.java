/** Splitting a disk into the blocks that a container allocates. */
@NullMarked
package linuxkit.disk.block;

import org.jspecify.annotations.NullMarked;
