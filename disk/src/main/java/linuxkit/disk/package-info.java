/** Partition tables and disk containers. */
@NullMarked
package linuxkit.disk;

import org.jspecify.annotations.NullMarked;
