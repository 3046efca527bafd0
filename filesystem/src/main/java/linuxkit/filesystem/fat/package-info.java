/**
 * Writes the FAT file system. Section names in comments refer to Microsoft's "FAT: General Overview
 * of On-Disk Format", version 1.03.
 */
@NullMarked
package linuxkit.filesystem.fat;

import org.jspecify.annotations.NullMarked;
