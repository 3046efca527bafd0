package linuxkit.system.manifest;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Position;
import linuxkit.yaml.Quote;
import linuxkit.yaml.YamlNode;

/**
 * The trust policy that a manifest names.
 *
 * @param path relative to the working directory, or absolute
 */
public record PolicyFile(Path path, Position position) {
  /** The key of manifests. */
  static final String KEY = "trust";

  /** Reads the value of the key: the name of a file, or a mapping with it. */
  static Optional<PolicyFile> read(NodeReader node) {
    return node.node() instanceof YamlNode.Mapping
        ? node.mapping(from -> fromMapping(node, from)).flatMap(policy -> policy)
        : file(node);
  }

  private static Optional<PolicyFile> fromMapping(NodeReader node, MappingReader from) {
    boolean names = from.has("image");
    from.strings("image");
    boolean organisations = from.has("org");
    from.strings("org");
    if (names || organisations) {
      node.diagnostics()
          .warn(
              node.position(),
              node.path(),
              "'image' and 'org' have no effect: write a trust policy, and name it with 'policy'");
    }
    return from.get("policy").flatMap(PolicyFile::file);
  }

  private static Optional<PolicyFile> file(NodeReader node) {
    Optional<String> text = node.string();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String document = node.position().file();
    if (document.startsWith("http://") || document.startsWith("https://")) {
      node.error("a manifest from an address must not name a policy: use --trust FILE");
      return Optional.empty();
    }
    try {
      Path folder = document.equals("-") ? null : Path.of(document).getParent();
      Path path = Path.of(text.get());
      if (!text.get().isEmpty()) {
        return Optional.of(
            new PolicyFile(folder == null ? path : folder.resolve(path), node.position()));
      }
    } catch (InvalidPathException _) {
      // Reported below.
    }
    node.error(Quote.of(text.get()) + " is not the name of a file");
    return Optional.empty();
  }
}
