/** Failures of a system's manifest, images and content. */
@NullMarked
package linuxkit.system;

import org.jspecify.annotations.NullMarked;
