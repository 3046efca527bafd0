/** Signing images, and attaching statements and bills of materials to them. */
@NullMarked
package linuxkit.engine.signing;

import org.jspecify.annotations.NullMarked;
