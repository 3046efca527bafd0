package linuxkit.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import linuxkit.base.Progress;

/**
 * Runs machines: QEMU on this machine, or a service elsewhere.
 *
 * <p>Settings that only one hypervisor has belong to its implementation. A state directory holds
 * everything that belongs to one guest and is kept between its runs. Keep this interface minimal:
 * every hypervisor has to support all of it.
 */
public interface Hypervisor {
  /** Time that a guest has to power itself off. */
  Duration POWER_OFF_TIMEOUT = Duration.ofSeconds(30);

  /**
   * Runs a guest with its console on this process's standard streams until it ends. SIGINT, SIGTERM
   * and SIGHUP press its power button; a second signal, or {@link #POWER_OFF_TIMEOUT}, stops it.
   *
   * @param state the state directory that the user names; empty for the one beside the image, which
   *     is refused if it is not proven to be this user's
   * @return 0 if the guest powered itself off, 130 if it was stopped
   * @throws linuxkit.base.Failure if it cannot be started; {@link GuestFailure} if the hypervisor
   *     fails
   */
  int run(MachineSpec machine, BootSource source, Optional<Path> state, Progress progress);

  /**
   * Starts a guest in the background, where it outlives this process. Its console is written to
   * {@link RunningGuest#console}.
   *
   * @throws linuxkit.base.Failure as for {@link #run}
   */
  RunningGuest start(
      MachineSpec machine, BootSource source, Optional<Path> state, Progress progress);

  /** Returns the guest of a state directory, which need not be running. */
  RunningGuest guest(Path state);
}
