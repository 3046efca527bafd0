package linuxkit.packaging.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.packaging.definition.BuildFile.FileSource;
import linuxkit.packaging.files.PathPattern;
import linuxkit.packaging.files.SourcePattern;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;

/** Reads those sources of entries under {@code files:} that are files of packages. */
final class PackagedSourceReader {
  private static final List<String> KEYS = List.of("copy", "concatenate", "java-keystore");

  private PackagedSourceReader() {}

  static List<FileSource> read(MappingReader in, boolean hasPackages) {
    List<FileSource> sources = new ArrayList<>();
    in.get("copy").flatMap(PackagedSourceReader::copy).ifPresent(sources::add);
    patterns(in, "concatenate").map(FileSource.Concatenation::new).ifPresent(sources::add);
    patterns(in, "java-keystore").map(FileSource.KeyStore::new).ifPresent(sources::add);
    if (!hasPackages) {
      KEYS.stream()
          .flatMap(key -> in.get(key).stream())
          .forEach(node -> node.error("needs packages under debian"));
    }
    return sources;
  }

  private static Optional<FileSource> copy(NodeReader in) {
    return absolute(in, "path").map(path -> new FileSource.Copy(path, in.position()));
  }

  private static Optional<List<SourcePattern>> patterns(MappingReader in, String key) {
    Optional<NodeReader> node = in.get(key);
    Optional<List<SourcePattern>> patterns =
        node.flatMap(list -> list.list(PackagedSourceReader::pattern));
    if (patterns.isPresent() && patterns.get().isEmpty()) {
      node.ifPresent(list -> list.error("expected at least one pattern"));
    }
    return patterns;
  }

  private static Optional<SourcePattern> pattern(NodeReader in) {
    return absolute(in, "pattern")
        .map(text -> new SourcePattern(PathPattern.parse(text), in.position()));
  }

  private static Optional<String> absolute(NodeReader in, String kind) {
    Optional<String> text = in.string();
    if (text.isPresent() && !text.get().startsWith("/")) {
      in.error("a " + kind + " must begin with a slash");
      return Optional.empty();
    }
    return text;
  }
}
