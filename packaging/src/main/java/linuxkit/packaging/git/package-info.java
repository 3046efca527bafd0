/** Git's object ids, from which components' tags are made, read and computed without git. */
@NullMarked
package linuxkit.packaging.git;

import org.jspecify.annotations.NullMarked;
