/** The image store: an OCI image layout on disk that LinuxKit and other tools read too. */
@NullMarked
package linuxkit.oci.store;

import org.jspecify.annotations.NullMarked;
