/** Pushing component images to registries, from one machine or from several. */
@NullMarked
package linuxkit.engine.publish;

import org.jspecify.annotations.NullMarked;
