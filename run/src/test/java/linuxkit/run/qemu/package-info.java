@NullMarked
package linuxkit.run.qemu;

import org.jspecify.annotations.NullMarked;
