/**
 * The FAT file system, after Microsoft's "FAT: General Overview of On-Disk Format", version 1.03:
 * what the sections in comments are those of.
 */
@NullMarked
package linuxkit.filesystem.fat;

import org.jspecify.annotations.NullMarked;
