/** The content of a system: sizes, packages, rights, the origin of a file, differences. */
@NullMarked
package linuxkit.system.inspect;

import org.jspecify.annotations.NullMarked;
