/** Systems whose root is a file system of its own, not an initrd. */
@NullMarked
package linuxkit.boot.root;

import org.jspecify.annotations.NullMarked;
