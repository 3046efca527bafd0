/** Commands, their flags and their help. */
@NullMarked
package linuxkit.cli.syntax;

import org.jspecify.annotations.NullMarked;
