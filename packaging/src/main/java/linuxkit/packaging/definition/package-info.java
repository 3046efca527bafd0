/** Reading {@code build.yml}. */
@NullMarked
package linuxkit.packaging.definition;

import org.jspecify.annotations.NullMarked;
