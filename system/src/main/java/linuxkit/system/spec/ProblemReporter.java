package linuxkit.system.spec;

/** A receiver of the mistakes in a configuration. */
@FunctionalInterface
public interface ProblemReporter {
  /**
   * Reports a mistake.
   *
   * @param key of the configuration, such as {@code rlimits}
   * @param value the wrong text, as written in the list or string; empty if it is not text
   */
  void report(String key, String value, String problem);
}
