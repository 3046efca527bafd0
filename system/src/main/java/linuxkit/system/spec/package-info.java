/** The config.json of the OCI runtime specification, and runtime.json, for a container. */
@NullMarked
package linuxkit.system.spec;

import org.jspecify.annotations.NullMarked;
