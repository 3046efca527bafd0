/** Reads built systems back. */
@NullMarked
package linuxkit.boot.read;

import org.jspecify.annotations.NullMarked;
