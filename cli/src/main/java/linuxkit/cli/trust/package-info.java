/** Commands for lock files, policies, signatures and provenance. */
@NullMarked
package linuxkit.cli.trust;

import org.jspecify.annotations.NullMarked;
