/** Settings, attributes and patterns of git. */
@NullMarked
package linuxkit.packaging.git.rules;

import org.jspecify.annotations.NullMarked;
