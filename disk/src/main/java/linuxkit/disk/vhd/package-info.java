/** Virtual PC's disk image format, which Hyper-V and Azure use. */
@NullMarked
package linuxkit.disk.vhd;

import org.jspecify.annotations.NullMarked;
