/** Logins, challenges and tokens. */
@NullMarked
package linuxkit.oci.registry.auth;

import org.jspecify.annotations.NullMarked;
