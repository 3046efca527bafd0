/** What a component's tag is made from: git's ids, read and computed without git. */
@NullMarked
package linuxkit.packaging.git;

import org.jspecify.annotations.NullMarked;
