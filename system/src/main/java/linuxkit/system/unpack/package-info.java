/** Compressed forms that kernels come in and that no library of this program reads. */
@NullMarked
package linuxkit.system.unpack;

import org.jspecify.annotations.NullMarked;
