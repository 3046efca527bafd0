/** References, digests and images: the terms of the OCI specifications. */
@NullMarked
package linuxkit.oci;

import org.jspecify.annotations.NullMarked;
