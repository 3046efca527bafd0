/** Partition tables: MBR, in the boot sector, and GPT, the GUID partition table. */
@NullMarked
package linuxkit.disk.partition;

import org.jspecify.annotations.NullMarked;
