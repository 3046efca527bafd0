package linuxkit.packaging.builder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A command line that is put together. */
final class CommandLine {
  private final List<String> words = new ArrayList<>();

  CommandLine add(String... more) {
    words.addAll(List.of(more));
    return this;
  }

  CommandLine addIf(boolean condition, String... more) {
    return condition ? add(more) : this;
  }

  /** Adds a flag before each value. */
  CommandLine each(String flag, Iterable<String> values) {
    values.forEach(value -> add(flag, value));
    return this;
  }

  /** Adds a flag before each {@code prefix + name=value}. */
  CommandLine each(String flag, String prefix, Map<String, String> values) {
    values.forEach((name, value) -> add(flag, prefix + name + "=" + value));
    return this;
  }

  List<String> words() {
    return List.copyOf(words);
  }
}
