/** Native libraries that are part of this program. */
@NullMarked
package linuxkit.filesystem.bundled;

import org.jspecify.annotations.NullMarked;
