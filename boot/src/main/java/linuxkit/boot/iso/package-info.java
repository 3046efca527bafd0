/** Optical discs that also start as disks. */
@NullMarked
package linuxkit.boot.iso;

import org.jspecify.annotations.NullMarked;
