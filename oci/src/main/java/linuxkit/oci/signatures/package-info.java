/** Signatures of images: finding them in registries, keeping them with the images, pushing them. */
@NullMarked
package linuxkit.oci.signatures;

import org.jspecify.annotations.NullMarked;
