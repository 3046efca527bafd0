/** Trust policies applied to images: found, asked when an image is used, their answers kept. */
@NullMarked
package linuxkit.engine.trust;

import org.jspecify.annotations.NullMarked;
