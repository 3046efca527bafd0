package linuxkit.cli;

/** What a command does once its flags are read. */
@FunctionalInterface
interface Command {
  /**
   * @return the exit status
   * @throws linuxkit.base.Failure when it cannot be done: printed by the caller, exit status 1
   */
  int run(Flags flags);
}
