/** Images in one file, as other tools hand them on: OCI archives, Docker archives, plain trees. */
@NullMarked
package linuxkit.oci.archive;

import org.jspecify.annotations.NullMarked;
