/** The belongings of one guest of QEMU: its directory and its disks. */
@NullMarked
package linuxkit.run.qemu.state;

import org.jspecify.annotations.NullMarked;
