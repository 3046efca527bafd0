/** Booting a Raspberry Pi: its firmware, U-Boot, and files in U-Boot's own format. */
@NullMarked
package linuxkit.boot.raspberrypi;

import org.jspecify.annotations.NullMarked;
