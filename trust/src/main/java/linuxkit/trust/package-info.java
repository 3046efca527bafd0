/** Types that all kinds of signatures share: evidence, its subjects, verdicts, authorities. */
@NullMarked
package linuxkit.trust;

import org.jspecify.annotations.NullMarked;
