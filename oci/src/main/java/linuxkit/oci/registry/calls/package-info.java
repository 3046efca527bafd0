/** The calls of the OCI distribution specification, one class each, and their caller. */
@NullMarked
package linuxkit.oci.registry.calls;

import org.jspecify.annotations.NullMarked;
