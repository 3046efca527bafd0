/** Endpoints that images are pulled from or pushed to: registries, mirrors, scopes. */
@NullMarked
package linuxkit.oci.registry.endpoint;

import org.jspecify.annotations.NullMarked;
