package linuxkit.cli.syntax;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A flag that commands take: its names, its help and the type of its value. Each flag is a
 * constant, so that a misspelt one does not compile.
 *
 * @param <T> the type of the value; a flag that is not given has one, too
 */
public final class Flag<T> {
  private final String[] names;
  private final Function<String[], OptionSpec.Builder> option;
  private final Function<@Nullable Object, T> value;

  private Flag(
      String[] names,
      Function<String[], OptionSpec.Builder> option,
      Function<@Nullable Object, T> value) {
    this.names = names;
    this.option = option;
    this.value = value;
  }

  /** Returns a flag without a value. */
  public static Flag<Boolean> flag(String description, String... names) {
    return new Flag<>(
        names,
        all -> OptionSpec.builder(all).type(boolean.class).arity("0..1").description(description),
        given -> given != null && (boolean) given);
  }

  /** Returns a flag that counts as given, unless its value is {@code false}. */
  public static Flag<Boolean> on(String description, String... names) {
    return new Flag<>(
        names,
        all -> OptionSpec.builder(all).type(boolean.class).arity("0..1").description(description),
        given -> given == null || (boolean) given);
  }

  /** Returns a flag with one value; empty text counts as absent, as in LinuxKit. */
  public static Flag<Optional<String>> text(String label, String description, String... names) {
    return new Flag<>(
        names,
        all ->
            OptionSpec.builder(all).type(String.class).paramLabel(label).description(description),
        given -> Optional.ofNullable((String) given).filter(text -> !text.isEmpty()));
  }

  /** Returns a flag with a whole number, shown in the help with its default. */
  public static Flag<Integer> number(int defaultValue, String description, String... names) {
    return new Flag<>(
        names,
        all ->
            OptionSpec.builder(all)
                .type(int.class)
                .paramLabel("N")
                .defaultValue(String.valueOf(defaultValue))
                .showDefaultValue(Visibility.ALWAYS)
                .description(description),
        given -> given == null ? defaultValue : (Integer) given);
  }

  /** Returns a flag with a whole number whose default depends on something else. */
  public static Flag<Optional<Integer>> number(String description, String... names) {
    return new Flag<>(
        names,
        all -> OptionSpec.builder(all).type(int.class).paramLabel("N").description(description),
        given -> Optional.ofNullable((Integer) given));
  }

  /** Returns a flag that may be given several times. */
  public static Flag<List<String>> texts(String label, String description, String... names) {
    return new Flag<>(names, all -> repeated(all, label, description), Flag::list);
  }

  /** Returns a flag that may be given several times, each time with values separated by commas. */
  public static Flag<List<String>> list(String label, String description, String... names) {
    return new Flag<>(names, all -> repeated(all, label, description).splitRegex(","), Flag::list);
  }

  private static OptionSpec.Builder repeated(String[] names, String label, String description) {
    return OptionSpec.builder(names)
        .type(String[].class)
        .arity("1")
        .paramLabel(label)
        .description(description);
  }

  private static List<String> list(@Nullable Object given) {
    return given == null ? List.of() : List.of((String[]) given);
  }

  /** Returns this flag with values that complete it; asked only while somebody types. */
  public Flag<T> suggesting(Supplier<List<String>> values) {
    return new Flag<>(
        names, all -> option.apply(all).completionCandidates(() -> values.get().iterator()), value);
  }

  /** Returns the name that failures call the flag by: the last of its names. */
  public String name() {
    return names[names.length - 1];
  }

  // CommandSpec.findOption compares the flag with all names of all options: 4 ms for one build.
  boolean isTakenBy(CommandSpec command) {
    return command.optionsMap().containsKey(names[names.length - 1]);
  }

  OptionSpec option() {
    return option.apply(names).build();
  }

  /**
   * @param given what picocli has read; null if the flag is not on the command line
   */
  T value(@Nullable Object given) {
    return value.apply(given);
  }
}
