/**
 * Images from registries: the client side of the OCI distribution specification, with the logins,
 * mirrors and certificates that LinuxKit's users have.
 */
@NullMarked
package linuxkit.oci.registry;

import org.jspecify.annotations.NullMarked;
