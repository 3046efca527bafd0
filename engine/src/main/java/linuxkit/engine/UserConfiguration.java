package linuxkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import linuxkit.base.FileFailure;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.YamlDocument;

/**
 * The configuration file of a user, {@code ~/.moby/linuxkit/config.yml}.
 *
 * @param debianMirrors key {@code debian.mirrors}: URLs of archives that replace those of apt
 * @param debianKeyrings key {@code debian.keyrings}: files of keys that replace those of apt
 */
public record UserConfiguration(List<String> debianMirrors, List<String> debianKeyrings) {
  /** Reads the file; an empty configuration if it is missing. */
  public static UserConfiguration of(Settings settings) {
    String home = settings.environment().getOrDefault("HOME", "");
    Path file = Path.of(home, ".moby", "linuxkit", "config.yml");
    if (home.isEmpty() || !Files.exists(file)) {
      return new UserConfiguration(List.of(), List.of());
    }
    try {
      return decode(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw FileFailure.of("cannot read the configuration", file, e);
    }
  }

  private static UserConfiguration decode(String file, byte[] bytes) {
    if (new String(bytes, UTF_8).lines().allMatch(line -> line.isBlank() || line.startsWith("#"))) {
      return new UserConfiguration(List.of(), List.of());
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
    return in.mapping(
            "debian",
            debian ->
                new UserConfiguration(
                    debian.strings("mirrors").orElse(List.of()),
                    debian.strings("keyrings").orElse(List.of())))
        .orElse(new UserConfiguration(List.of(), List.of()));
  }

  /**
   * Returns where Debian packages come from: the flags, or else this file, or else the machine's
   * apt configuration.
   *
   * @throws RequestFailure if a mirror is not an http or https URL
   */
  public DebianOptions debian(Settings settings, List<String> mirrors, List<String> keyrings) {
    return new DebianOptions(
        settings.debianCache(),
        Path.of("/"),
        chosen(mirrors, debianMirrors, UserConfiguration::address),
        chosen(keyrings, debianKeyrings, Path::of),
        InstantSource.system(),
        settings.environment(),
        settings.certificates());
  }

  private static <T> List<T> chosen(
      List<String> flags, List<String> file, Function<String, T> read) {
    return (flags.isEmpty() ? file : flags).stream().map(read).toList();
  }

  private static URI address(String text) {
    if (!text.startsWith("http://") && !text.startsWith("https://")) {
      throw new RequestFailure(
          "not the URL of a Debian archive: " + text, "begin it with http:// or https://");
    }
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new RequestFailure(
          "not the URL of a Debian archive: " + text, "check how it is written");
    }
  }
}
