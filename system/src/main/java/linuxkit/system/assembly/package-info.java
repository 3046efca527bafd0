/** The assembly of a system's tree from a manifest and its images. */
@NullMarked
package linuxkit.system.assembly;

import org.jspecify.annotations.NullMarked;
