/** Writes artefacts to their destinations, all or nothing. */
@NullMarked
package linuxkit.boot.output;

import org.jspecify.annotations.NullMarked;
