/** Commands about signatures. */
@NullMarked
package linuxkit.cli.trust;

import org.jspecify.annotations.NullMarked;
