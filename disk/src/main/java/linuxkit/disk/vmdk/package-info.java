/** VMware's disk image format. */
@NullMarked
package linuxkit.disk.vmdk;

import org.jspecify.annotations.NullMarked;
