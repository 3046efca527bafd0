package linuxkit.system;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import linuxkit.base.Failure;
import linuxkit.system.yaml.Diagnostics;
import linuxkit.system.yaml.Position;
import linuxkit.system.yaml.YamlNode;

/**
 * Replaces {@code @pkg:PATH} by the image of the package there, in every scalar of a document, keys
 * included. All other text stays as it is.
 */
final class Templates {
  private static final String PACKAGE = "@pkg:";
  private static final String UNRESOLVED = "unresolved";

  private final Path folder;
  private final PackageResolver resolver;
  private final Diagnostics diagnostics;
  private final Map<Path, String> resolved = new HashMap<>();
  // Aliases share nodes: each is expanded once, or a small document could take for ever.
  private final IdentityHashMap<YamlNode, YamlNode> expanded = new IdentityHashMap<>();

  Templates(Path folder, PackageResolver resolver, Diagnostics diagnostics) {
    this.folder = folder;
    this.resolver = resolver;
    this.diagnostics = diagnostics;
  }

  YamlNode expand(YamlNode node) {
    return expand(node, "");
  }

  private YamlNode expand(YamlNode node, String path) {
    YamlNode done = expanded.get(node);
    if (done == null) {
      done =
          switch (node) {
            case YamlNode.Scalar scalar -> scalar(scalar, path);
            case YamlNode.Sequence sequence -> sequence(sequence, path);
            case YamlNode.Mapping mapping -> mapping(mapping, path);
          };
      expanded.put(node, done);
    }
    return done;
  }

  private YamlNode scalar(YamlNode.Scalar scalar, String path) {
    return scalar.kind() == YamlNode.Scalar.Kind.STRING && scalar.text().startsWith(PACKAGE)
        ? new YamlNode.Scalar(
            scalar.position(), text(scalar.text(), scalar.position(), path), scalar.kind())
        : scalar;
  }

  private YamlNode sequence(YamlNode.Sequence sequence, String path) {
    List<YamlNode> elements = new ArrayList<YamlNode>(sequence.elements().size());
    for (YamlNode element : sequence.elements()) {
      elements.add(expand(element, join(path, "" + elements.size())));
    }
    return new YamlNode.Sequence(sequence.position(), elements);
  }

  private YamlNode mapping(YamlNode.Mapping mapping, String path) {
    SequencedMap<String, YamlNode.Field> fields = new LinkedHashMap<>();
    mapping
        .fields()
        .forEach(
            (key, field) -> {
              String name = text(key, field.position(), path);
              YamlNode value = expand(field.value(), join(path, name));
              YamlNode.Field old =
                  fields.putIfAbsent(name, new YamlNode.Field(field.position(), value));
              if (old != null) {
                diagnostics.error(field.position(), join(path, name), "the key is given twice");
              }
            });
    return new YamlNode.Mapping(mapping.position(), fields);
  }

  private String text(String text, Position at, String path) {
    if (!text.startsWith(PACKAGE)) {
      return text;
    }
    try {
      return resolved.computeIfAbsent(
          folder.resolve(text.substring(PACKAGE.length())).normalize(), resolver::resolve);
    } catch (Failure e) {
      diagnostics.error(at, path.isEmpty() ? "(root)" : path, text + ": " + e.getMessage());
    } catch (InvalidPathException e) {
      diagnostics.error(at, path.isEmpty() ? "(root)" : path, text + ": not a path");
    }
    // The image of nothing: that it cannot be found either need not be said.
    return UNRESOLVED;
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
