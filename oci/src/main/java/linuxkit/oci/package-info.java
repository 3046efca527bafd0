/** References, digests and images: the words of the OCI specifications. */
@NullMarked
package linuxkit.oci;

import org.jspecify.annotations.NullMarked;
