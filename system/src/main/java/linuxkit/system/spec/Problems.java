package linuxkit.system.spec;

/** Told of every mistake that a configuration has. */
@FunctionalInterface
public interface Problems {
  /**
   * @param key of the configuration, such as {@code rlimits}
   * @param value the text at fault, as it stands in the list or string; empty when it is no text
   */
  void report(String key, String value, String problem);
}
