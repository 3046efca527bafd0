/** Compressed archives: their decompression, and reading them at any place. */
@NullMarked
package linuxkit.oci.packed;

import org.jspecify.annotations.NullMarked;
