package linuxkit.base;

/**
 * Receives reports on the progress of work. Calls may come from any thread; none blocks or fails.
 *
 * <p>The command line draws progress on a terminal and writes plain lines elsewhere.
 */
public interface Progress {
  /** Reports a line to every user, such as {@code "Add init containers:"}. */
  void info(String line);

  /** Reports a possible problem that does not stop the work. */
  void warn(String line);

  /** Reports a line to users who asked for details. */
  void detail(String line);

  /**
   * Begins a task that may take long; the caller closes it.
   *
   * @param total in bytes, or −1 if unknown
   */
  Task begin(String label, long total);

  /** A task in progress. Closing it ends it, whether it succeeded or not. */
  interface Task extends AutoCloseable {
    /** Adds to the bytes that are done. */
    void advance(long bytes);

    @Override
    void close();
  }

  /** Returns a progress that ignores all reports. */
  static Progress silent() {
    return SilentProgress.INSTANCE;
  }
}
