/** From what is asked for to the OCI runtime specification's config.json, and to runtime.json. */
@NullMarked
package linuxkit.system.spec;

import org.jspecify.annotations.NullMarked;
