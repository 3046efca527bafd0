/** Files that are derived from content and can be made again. */
@NullMarked
package linuxkit.base.cache;

import org.jspecify.annotations.NullMarked;
