/** Flags of the commands for components. */
@NullMarked
package linuxkit.cli.packages;

import org.jspecify.annotations.NullMarked;
