/** Reads systems back from what was built of them. */
@NullMarked
package linuxkit.boot.read;

import org.jspecify.annotations.NullMarked;
