/** The terminal: messages and progress. */
@NullMarked
package linuxkit.cli.console;

import org.jspecify.annotations.NullMarked;
