package linuxkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.packaging.builtin.BuiltinComponents;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Quote;
import linuxkit.yaml.YamlDocument;

/**
 * The configuration file of a user, {@code ~/.moby/linuxkit/config.yml}.
 *
 * @param debianMirrors key {@code debian.mirrors}: URLs of archives that replace those of apt
 * @param debianKeyrings key {@code debian.keyrings}: files of keys that replace those of apt
 * @param debianWithout key {@code debian.without}: parts of a release that are not used
 * @param tokenServices by registry, key {@code registries.NAME.tokenService}: the host that may
 *     receive the registry's login
 * @param initrdCompression key {@code initrd.compression}
 * @param components key {@code components}: where the components of linuxkit are published
 */
public record UserConfiguration(
    List<String> debianMirrors,
    List<String> debianKeyrings,
    List<String> debianWithout,
    Map<String, String> tokenServices,
    Optional<InitrdCompression> initrdCompression,
    Optional<String> components) {
  private static final UserConfiguration EMPTY =
      new UserConfiguration(
          List.of(), List.of(), List.of(), Map.of(), Optional.empty(), Optional.empty());

  /** Reads the file; an empty configuration if it is missing. */
  public static UserConfiguration of(Settings settings) {
    String home = settings.environment().getOrDefault("HOME", "");
    Path file = Path.of(home, ".moby", "linuxkit", "config.yml");
    if (home.isEmpty() || !Files.exists(file)) {
      return EMPTY;
    }
    try {
      if (!Files.isRegularFile(file)) {
        throw new FileSystemException(file.toString(), null, "not a regular file");
      }
      return decode(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw FileFailure.of("cannot read the configuration", file, e);
    }
  }

  private static UserConfiguration decode(String file, byte[] bytes) {
    if (new String(bytes, UTF_8).lines().allMatch(line -> line.isBlank() || line.startsWith("#"))) {
      return EMPTY;
    }
    Diagnostics diagnostics = new Diagnostics();
    Optional<UserConfiguration> configuration =
        YamlDocument.parse(file, bytes, diagnostics)
            .map(node -> NodeReader.root(node, diagnostics))
            .flatMap(root -> root.mapping(UserConfiguration::read));
    diagnostics.throwErrors();
    return configuration.orElseThrow();
  }

  private static UserConfiguration read(MappingReader in) {
    // LinuxKit shares the file, so unknown keys are ignored.
    in.keys().forEach(in::get);
    UserConfiguration debian =
        in.mapping(
                "debian",
                each ->
                    new UserConfiguration(
                        each.strings("mirrors").orElse(List.of()),
                        each.strings("keyrings").orElse(List.of()),
                        each.strings("without").orElse(List.of()),
                        Map.of(),
                        Optional.empty(),
                        Optional.empty()))
            .orElse(EMPTY);
    return new UserConfiguration(
        debian.debianMirrors,
        debian.debianKeyrings,
        debian.debianWithout,
        in.mapping("registries", UserConfiguration::tokenServices).orElse(Map.of()),
        in.mapping("initrd", each -> each.get("compression"))
            .flatMap(compression -> compression.flatMap(UserConfiguration::compression)),
        in.string("components"));
  }

  private static Optional<InitrdCompression> compression(NodeReader node) {
    Optional<String> name = node.string();
    Optional<InitrdCompression> known = name.flatMap(InitrdCompression::parse);
    if (name.isPresent() && known.isEmpty()) {
      node.error(Quote.of(name.get()) + " is not a compression: " + InitrdCompression.NAMES);
    }
    return known;
  }

  private static Map<String, String> tokenServices(MappingReader registries) {
    Map<String, String> services = new TreeMap<>();
    for (String registry : registries.keys()) {
      registries
          .mapping(registry, each -> each.string("tokenService").orElse(""))
          .filter(host -> !host.isEmpty())
          .ifPresent(host -> services.put(registry, host));
    }
    return services;
  }

  /**
   * Returns the components that come with linuxkit: published where {@code LINUXKIT_COMPONENTS} or
   * this file says, or else built on this machine.
   */
  public BuiltinComponents builtin(Settings settings) {
    String registry = settings.environment().getOrDefault("LINUXKIT_COMPONENTS", "");
    return new BuiltinComponents(
        settings.distribution().components(),
        settings.distribution().guest(),
        registry.isEmpty() ? components : Optional.of(registry));
  }

  /**
   * Returns where Debian packages come from: the flags, or else this file, or else the machine's
   * apt configuration.
   *
   * @param without parts of a release that are not used, such as {@code security}
   * @throws RequestFailure if a mirror is not an http, https or file address, or a part is unknown
   */
  public DebianOptions debian(
      Settings settings, List<String> mirrors, List<String> keyrings, List<String> without) {
    return new DebianOptions(
        settings.debianCache(),
        Path.of("/"),
        chosen(mirrors, debianMirrors, UserConfiguration::address),
        chosen(keyrings, debianKeyrings, Path::of),
        InstantSource.system(),
        settings.environment(),
        settings.certificates(),
        Set.copyOf(chosen(without, debianWithout, UserConfiguration::pocket)));
  }

  private static <T> List<T> chosen(
      List<String> flags, List<String> file, Function<String, T> read) {
    return (flags.isEmpty() ? file : flags).stream().map(read).toList();
  }

  private static DebianOptions.Pocket pocket(String name) {
    return Stream.of(DebianOptions.Pocket.values())
        .filter(pocket -> pocket.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new RequestFailure(
                    "not a part of a Debian release that can be left out: " + name,
                    "give updates or security"));
  }

  private static URI address(String text) {
    if (!text.matches("(?s)https?://.*|file:///.*")) {
      throw new RequestFailure(
          "not the URL of a Debian archive: " + text,
          "begin it with http://, https:// or file:///");
    }
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new RequestFailure(
          "not the URL of a Debian archive: " + text, "check how it is written");
    }
  }
}
