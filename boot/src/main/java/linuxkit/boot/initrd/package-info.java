/** The initrd: a sequence of independently compressed cpio archives. */
@NullMarked
package linuxkit.boot.initrd;

import org.jspecify.annotations.NullMarked;
