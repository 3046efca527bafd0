/**
 * Images in one file, for exchange with other tools: OCI archives, Docker archives, plain trees.
 */
@NullMarked
package linuxkit.oci.archive;

import org.jspecify.annotations.NullMarked;
