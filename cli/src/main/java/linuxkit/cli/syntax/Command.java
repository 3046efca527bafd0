package linuxkit.cli.syntax;

/** Runs a command whose flags have been read. */
@FunctionalInterface
public interface Command {
  /**
   * @return the exit status
   * @throws linuxkit.base.Failure if it fails: the caller prints the failure and returns exit
   *     status 1
   */
  int run(Flags flags);
}
