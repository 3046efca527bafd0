/** The commands about trust policies. */
@NullMarked
package linuxkit.cli.trust;

import org.jspecify.annotations.NullMarked;
