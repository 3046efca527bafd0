/** Streams and random-access outputs. */
@NullMarked
package linuxkit.base.io;

import org.jspecify.annotations.NullMarked;
