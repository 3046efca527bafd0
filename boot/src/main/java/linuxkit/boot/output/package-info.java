/** Writing artefacts to their places, all or none. */
@NullMarked
package linuxkit.boot.output;

import org.jspecify.annotations.NullMarked;
