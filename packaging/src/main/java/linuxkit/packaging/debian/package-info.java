/** Obtains the files of Debian packages: apt's sources, verified archives, dependencies, .deb. */
@NullMarked
package linuxkit.packaging.debian;

import org.jspecify.annotations.NullMarked;
