/** Systems with a separate root file system instead of an initrd. */
@NullMarked
package linuxkit.boot.root;

import org.jspecify.annotations.NullMarked;
