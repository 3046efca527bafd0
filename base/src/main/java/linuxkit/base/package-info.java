/** What every module stands on: typed failures, progress, files that appear whole or not at all. */
@NullMarked
package linuxkit.base;

import org.jspecify.annotations.NullMarked;
