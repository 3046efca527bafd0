/** The system manifest and the tree of files that it describes. */
@NullMarked
package linuxkit.system;

import org.jspecify.annotations.NullMarked;
