/** Hyper-V's disk image format. */
@NullMarked
package linuxkit.disk.vhdx;

import org.jspecify.annotations.NullMarked;
