/** The links that Debian packages register with update-alternatives(1). */
@NullMarked
package linuxkit.packaging.alternatives;

import org.jspecify.annotations.NullMarked;
