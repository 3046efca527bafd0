/** The components that come with the program. */
@NullMarked
package linuxkit.packaging.builtin;

import org.jspecify.annotations.NullMarked;
