/** Foundations of all modules: typed failures, progress, caching and atomic files. */
@NullMarked
package linuxkit.base;

import org.jspecify.annotations.NullMarked;
