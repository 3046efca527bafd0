/** Lists and unpacks artefacts. */
@NullMarked
package linuxkit.boot.unpack;

import org.jspecify.annotations.NullMarked;
