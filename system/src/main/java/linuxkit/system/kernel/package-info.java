/** The kernel image, its configuration and its archive of modules. */
@NullMarked
package linuxkit.system.kernel;

import org.jspecify.annotations.NullMarked;
