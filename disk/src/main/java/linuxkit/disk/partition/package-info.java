/** Partition tables: the boot sector's own, and the GUID partition table. */
@NullMarked
package linuxkit.disk.partition;

import org.jspecify.annotations.NullMarked;
