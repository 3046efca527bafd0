/** From a manifest and its images to the system tree. */
@NullMarked
package linuxkit.system.assembly;

import org.jspecify.annotations.NullMarked;
