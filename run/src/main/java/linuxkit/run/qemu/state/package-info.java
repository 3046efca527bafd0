/** Directory and disks of one guest of QEMU. */
@NullMarked
package linuxkit.run.qemu.state;

import org.jspecify.annotations.NullMarked;
