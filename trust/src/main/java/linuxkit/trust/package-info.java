/** Types that all kinds of signatures share: evidence, its subject, verdicts, authorities. */
@NullMarked
package linuxkit.trust;

import org.jspecify.annotations.NullMarked;
