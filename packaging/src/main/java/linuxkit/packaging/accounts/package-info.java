/** The users and groups of an image. */
@NullMarked
package linuxkit.packaging.accounts;

import org.jspecify.annotations.NullMarked;
