/** Checks of a system before it is written. */
@NullMarked
package linuxkit.system.check;

import org.jspecify.annotations.NullMarked;
