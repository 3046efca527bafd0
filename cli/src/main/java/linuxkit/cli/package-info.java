/** The command line. */
@NullMarked
package linuxkit.cli;

import org.jspecify.annotations.NullMarked;
