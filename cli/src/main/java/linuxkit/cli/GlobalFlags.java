package linuxkit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import linuxkit.base.FileFailure;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.Distribution;
import linuxkit.engine.Settings;
import linuxkit.oci.registry.endpoint.Mirrors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/** The flags that every command takes, before or after its name. */
final class GlobalFlags {
  private static final Set<String> VALUED =
      Set.of("--cache", "--mirror", "--cert-file", "--trust", "-v", "--verbose");

  private static final Set<String> SINGLE = Set.of("--cache", "--trust");

  private final Map<String, String> environment;
  private @Nullable String cache;
  private @Nullable String trust;
  private final List<String> mirrors = new ArrayList<>();
  private final List<String> certificates = new ArrayList<>();
  private boolean mirrorFallback;
  private boolean mirrorWrites;
  private boolean quiet;
  private @Nullable Integer verbosity;

  GlobalFlags(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Returns the command in arguments that may begin with global flags; empty if there is none. */
  static Optional<String> command(String... args) {
    int at = commandAt(args);
    return at < args.length ? Optional.of(args[at]) : Optional.empty();
  }

  /** Returns the index of the command; the number of arguments if there is none. */
  static int commandAt(String... args) {
    int at = 0;
    while (at < args.length && args[at].startsWith("-")) {
      at += VALUED.contains(args[at]) || VALUED.contains("-" + args[at]) ? 2 : 1;
    }
    return at;
  }

  void addTo(CommandSpec root) {
    add(
        root,
        "DIR",
        "Image store (default: $LINUXKIT_CACHE, or ~/.linuxkit/cache).",
        this::setCache,
        "--cache");
    add(
        root,
        "[REGISTRY=]URL",
        "Read images from this mirror of a registry, or of all registries; repeatable.",
        value -> addTo(mirrors, value),
        "--mirror");
    add(
        root,
        "--mirror-fallback",
        "Fall back to the registry if its mirror lacks an image.",
        value -> mirrorFallback = value);
    add(root, "--mirror-writes", "Also push to mirrors.", value -> mirrorWrites = value);
    add(
        root,
        "FILE",
        "Also trust the certificates of this PEM file; repeatable.",
        value -> addTo(certificates, value),
        "--cert-file");
    add(
        root,
        "FILE",
        "Accept only the images that this trust policy allows (default: trust.yml beside the"
            + " manifest or in the working directory, then /etc/linuxkit/trust.yml).",
        this::setTrust,
        "--trust");
    root.addOption(
        OptionSpec.builder("-q", "--quiet")
            .type(boolean.class)
            .scopeType(ScopeType.INHERIT)
            .order(900)
            .description("Print errors only.")
            .setter(setter(value -> quiet = Boolean.TRUE.equals(value)))
            .build());
    root.addOption(
        OptionSpec.builder("-v", "--verbose")
            .type(Integer.class)
            .arity("1")
            .paramLabel("LEVEL")
            .scopeType(ScopeType.INHERIT)
            .order(901)
            .description(
                "Verbosity: 0 for errors, 1 for information, 2 or 3 for all details (-v alone: 2).")
            .setter(setter(value -> verbosity = (Integer) value))
            .build());
  }

  private static void add(
      CommandSpec root, String name, String description, Consumer<Boolean> set) {
    root.addOption(
        OptionSpec.builder(name)
            .type(boolean.class)
            .scopeType(ScopeType.INHERIT)
            .order(903)
            .description(description)
            .setter(setter(value -> set.accept(Boolean.TRUE.equals(value))))
            .build());
  }

  private static void add(
      CommandSpec root,
      String label,
      String description,
      Consumer<@Nullable Object> set,
      String name) {
    root.addOption(
        OptionSpec.builder(name)
            .type(SINGLE.contains(name) ? String.class : String[].class)
            .arity("1")
            .paramLabel(label)
            .scopeType(ScopeType.INHERIT)
            .order(902)
            .description(description)
            .setter(setter(set))
            .build());
  }

  private static ISetter setter(Consumer<@Nullable Object> set) {
    return new ISetter() {
      @Override
      @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
      public <T> T set(T value) {
        set.accept(value);
        return value;
      }
    };
  }

  private void setCache(@Nullable Object value) {
    cache = (String) value;
  }

  private void setTrust(@Nullable Object value) {
    trust = (String) value;
  }

  private static void addTo(List<String> list, @Nullable Object value) {
    list.clear();
    if (value instanceof String[] values) {
      list.addAll(List.of(values));
    }
  }

  /**
   * Returns the settings that the environment and, before it, these flags give.
   *
   * @throws UsageFailure if a flag's value cannot be used
   */
  Settings settings() {
    return new Settings(
        cache == null ? Settings.defaultCache(environment) : Path.of(cache),
        mirrors(),
        certificates(),
        environment,
        Distribution.ofProcess(),
        Optional.ofNullable(trust).map(Path::of));
  }

  private Mirrors mirrors() {
    Mirrors all = Mirrors.parse(environment.getOrDefault("LINUXKIT_MIRROR", ""), mirrors);
    all = mirrorFallback ? all.withFallback() : all;
    return mirrorWrites ? all.forWrites() : all;
  }

  // Every file is opened, so that a missing one is reported even if nothing is fetched.
  private List<Path> certificates() {
    List<Path> files = certificates.stream().map(Path::of).toList();
    for (Path file : files) {
      try {
        Files.newInputStream(file).close();
      } catch (IOException e) {
        throw FileFailure.of("cannot read the certificates", file, e);
      }
    }
    return files;
  }

  Map<String, String> environment() {
    return environment;
  }

  /** Returns 0 for errors only, 1 for information, 2 or more for details. */
  int verbosity() {
    if (quiet && verbosity != null && verbosity > 0) {
      throw new UsageFailure("-q and -v cannot be combined", "use only one of them");
    }
    if (verbosity != null && (verbosity < 0 || verbosity > 3)) {
      throw new UsageFailure("invalid verbosity: " + verbosity, "use a number from 0 to 3");
    }
    return quiet ? 0 : verbosity == null ? 1 : verbosity;
  }
}
