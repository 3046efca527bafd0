/** Choosing files of packages: patterns for paths, copyright files. */
@NullMarked
package linuxkit.packaging.files;

import org.jspecify.annotations.NullMarked;
