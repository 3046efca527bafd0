/** What all kinds of signatures share: evidence, what it must be about, verdicts, authorities. */
@NullMarked
package linuxkit.trust;

import org.jspecify.annotations.NullMarked;
