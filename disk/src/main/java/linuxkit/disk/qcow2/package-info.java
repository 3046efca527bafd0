/** QEMU's disk image format. */
@NullMarked
package linuxkit.disk.qcow2;

import org.jspecify.annotations.NullMarked;
