/** Kernel modules: which of them a system needs, and the indexes that their loaders read. */
@NullMarked
package linuxkit.system.modules;

import org.jspecify.annotations.NullMarked;
