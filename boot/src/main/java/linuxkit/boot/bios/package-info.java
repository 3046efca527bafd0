/** Booting under a PC's BIOS: Syslinux. */
@NullMarked
package linuxkit.boot.bios;

import org.jspecify.annotations.NullMarked;
