/** The compression algorithms of EROFS. */
@NullMarked
package linuxkit.filesystem.erofs.codec;

import org.jspecify.annotations.NullMarked;
