/**
 * Local hypervisors: a boot image, by the path that a build gave it, becomes a running guest.
 *
 * <p>{@link linuxkit.run.Qemu} runs it at this terminal or in the background; {@link
 * linuxkit.run.RunningGuest} finds one in the background again and ends it.
 */
@NullMarked
package linuxkit.run;

import org.jspecify.annotations.NullMarked;
