/** Folders and files that nobody but the user can have changed. */
@NullMarked
package linuxkit.base.own;

import org.jspecify.annotations.NullMarked;
