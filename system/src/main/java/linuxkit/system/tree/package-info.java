/** The file tree of a system while it is assembled. */
@NullMarked
package linuxkit.system.tree;

import org.jspecify.annotations.NullMarked;
