/** What can be seen to be wrong with a system before it is written. */
@NullMarked
package linuxkit.system.check;

import org.jspecify.annotations.NullMarked;
