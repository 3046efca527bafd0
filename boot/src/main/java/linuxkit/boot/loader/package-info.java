/** The files of boot loaders, and what all bootable formats share. */
@NullMarked
package linuxkit.boot.loader;

import org.jspecify.annotations.NullMarked;
