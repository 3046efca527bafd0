/** Headers of disk images, read without trusting them. */
@NullMarked
package linuxkit.disk.header;

import org.jspecify.annotations.NullMarked;
