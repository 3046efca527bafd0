/** The interpreters and shared libraries that programs of an image need to start. */
@NullMarked
package linuxkit.packaging.programs;

import org.jspecify.annotations.NullMarked;
