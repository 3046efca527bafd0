package linuxkit.base;

/**
 * Where work says how far it is. Calls may come from any thread; none of them blocks or fails.
 *
 * <p>The command line draws it on a terminal and writes plain lines elsewhere.
 */
public interface Progress {
  /** A line for everybody, such as {@code "Add init containers:"}. */
  void info(String line);

  /** Something that may be wrong, though the work goes on. */
  void warn(String line);

  /** A line for those who asked for more. */
  void detail(String line);

  /**
   * Begins a piece of work that may take long.
   *
   * @param total in bytes, or −1 when it is not known
   */
  Task begin(String label, long total);

  /** One piece of work under way; closing it ends it, whether it succeeded or not. */
  interface Task extends AutoCloseable {
    /** Adds to what is done, in bytes. */
    void advance(long bytes);

    @Override
    void close();
  }

  /** Says nothing. */
  static Progress silent() {
    return SilentProgress.INSTANCE;
  }
}
