/** Optical discs that also boot as disks. */
@NullMarked
package linuxkit.boot.iso;

import org.jspecify.annotations.NullMarked;
