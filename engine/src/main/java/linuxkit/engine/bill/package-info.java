/** Writes bills of materials beside the outputs of a build. */
@NullMarked
package linuxkit.engine.bill;

import org.jspecify.annotations.NullMarked;
