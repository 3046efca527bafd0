/** Failures of registries and of what configures them. */
@NullMarked
package linuxkit.oci.registry;

import org.jspecify.annotations.NullMarked;
