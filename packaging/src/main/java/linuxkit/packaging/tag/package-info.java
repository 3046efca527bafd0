/** Tags of component images, which definitions write as templates. */
@NullMarked
package linuxkit.packaging.tag;

import org.jspecify.annotations.NullMarked;
