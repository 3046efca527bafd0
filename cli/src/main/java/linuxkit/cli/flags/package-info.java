/** The flags and arguments that several commands share, read into values. */
@NullMarked
package linuxkit.cli.flags;

import org.jspecify.annotations.NullMarked;
