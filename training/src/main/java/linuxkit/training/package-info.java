/** Records the AOT archive of the distribution from a run of the most common commands. */
@NullMarked
package linuxkit.training;

import org.jspecify.annotations.NullMarked;
