/** Building component images from their folders. */
@NullMarked
package linuxkit.packaging;

import org.jspecify.annotations.NullMarked;
