/** Where an image is read or written: registries, mirrors, scopes. */
@NullMarked
package linuxkit.oci.registry.endpoint;

import org.jspecify.annotations.NullMarked;
