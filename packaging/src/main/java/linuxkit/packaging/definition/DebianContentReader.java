package linuxkit.packaging.definition;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.packaging.definition.BuildFile.DebianContent;
import linuxkit.packaging.files.PathPattern;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.YamlNode;

/** Reads the keys under {@code debian:} of a {@code build.yml}. */
final class DebianContentReader {
  private static final Pattern PACKAGE =
      Pattern.compile("[a-z0-9][a-z0-9+.-]+(?:=[A-Za-z0-9.+:~-]+)?");
  private static final Pattern COMPONENT = Pattern.compile("[a-z0-9]+(?:-[a-z0-9]+)*");

  private DebianContentReader() {}

  /**
   * Reads the mapping.
   *
   * @param arches the architectures that need packages
   */
  static DebianContent read(MappingReader in, List<String> arches) {
    Optional<NodeReader> packages = in.get("packages");
    if (packages.isEmpty()) {
      in.error("the key \"packages\" is missing");
    }
    return new DebianContent(
        in.string("suite").orElse("trixie"),
        in.list("components", DebianContentReader::component)
            .filter(list -> !list.isEmpty())
            .orElse(List.of("main")),
        packages.map(node -> packages(node, arches)).orElse(Map.of()),
        in.list("exclude", DebianContentReader::packageName).orElse(List.of()),
        in.bool("recommends").orElse(false),
        in.list("keep", DebianContentReader::pattern),
        in.list("drop", DebianContentReader::pattern).orElse(List.of()));
  }

  private static Optional<String> component(NodeReader in) {
    Optional<String> name = in.string();
    if (name.isPresent() && !COMPONENT.matcher(name.get()).matches()) {
      in.error("not a component of a Debian archive, such as main");
      return Optional.empty();
    }
    return name;
  }

  private static Map<String, List<String>> packages(NodeReader in, List<String> arches) {
    Map<String, List<String>> byArch = new LinkedHashMap<>();
    if (in.node() instanceof YamlNode.Mapping) {
      in.mapping(
          mapping -> {
            for (String arch : arches) {
              if (!mapping.has(arch)) {
                mapping.error("packages for " + arch + " are missing");
              }
              byArch.put(
                  arch, mapping.list(arch, DebianContentReader::packageName).orElse(List.of()));
            }
            return mapping;
          });
    } else {
      List<String> names = in.list(DebianContentReader::packageName).orElse(List.of());
      arches.forEach(arch -> byArch.put(arch, names));
    }
    return byArch;
  }

  private static Optional<String> packageName(NodeReader in) {
    Optional<String> name = in.string();
    if (name.isPresent() && !PACKAGE.matcher(name.get()).matches()) {
      in.error("not a Debian package name");
      return Optional.empty();
    }
    return name;
  }

  private static Optional<PathPattern> pattern(NodeReader in) {
    Optional<String> text = in.string();
    if (text.isPresent() && !text.get().startsWith("/")) {
      in.error("a pattern must begin with a slash");
      return Optional.empty();
    }
    return text.map(PathPattern::parse);
  }
}
