/** Runs guests under QEMU on this machine; {@link linuxkit.run.qemu.Qemu} is the entry point. */
@NullMarked
package linuxkit.run.qemu;

import org.jspecify.annotations.NullMarked;
