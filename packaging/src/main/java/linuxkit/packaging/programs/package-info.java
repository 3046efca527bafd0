/** What the programs of an image need to start: interpreters and shared libraries. */
@NullMarked
package linuxkit.packaging.programs;

import org.jspecify.annotations.NullMarked;
