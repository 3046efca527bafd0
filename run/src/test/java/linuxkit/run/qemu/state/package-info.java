@NullMarked
package linuxkit.run.qemu.state;

import org.jspecify.annotations.NullMarked;
