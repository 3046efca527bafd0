/** The file tree of a system as it is put together. */
@NullMarked
package linuxkit.system.tree;

import org.jspecify.annotations.NullMarked;
