/**
 * Runs built systems as guests of a hypervisor: the machine, what it boots, its ports and disks.
 *
 * <p>{@link linuxkit.run.Hypervisor} runs a {@link linuxkit.run.MachineSpec} in the foreground or
 * in the background, and finds a {@link linuxkit.run.RunningGuest} again to stop it. Each
 * hypervisor is a package or a module of its own that depends on this one.
 */
@NullMarked
package linuxkit.run;

import org.jspecify.annotations.NullMarked;
