/** Pulling and pushing whole images. */
@NullMarked
package linuxkit.oci.registry.transfer;

import org.jspecify.annotations.NullMarked;
