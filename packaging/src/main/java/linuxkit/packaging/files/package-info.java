/**
 * Choosing files of packages, and making others from them: patterns, copyright files, key stores.
 */
@NullMarked
package linuxkit.packaging.files;

import org.jspecify.annotations.NullMarked;
