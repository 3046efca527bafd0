/** Debian packages as a source of files: apt's sources, verified archives, dependencies, .deb. */
@NullMarked
package linuxkit.packaging.debian;

import org.jspecify.annotations.NullMarked;
