/** The system manifest: decoded, validated, merged, written. */
@NullMarked
package linuxkit.system.manifest;

import org.jspecify.annotations.NullMarked;
