package linuxkit.system.manifest;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import linuxkit.base.Failure;
import linuxkit.base.Parallel;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.DottedPath;
import linuxkit.yaml.Position;
import linuxkit.yaml.Quote;
import linuxkit.yaml.YamlNode;

/**
 * Replaces {@code @pkg:PATH} by the image of the package there, in every scalar of a document, keys
 * included. All other text stays unchanged.
 */
final class Templates {
  private static final String PACKAGE = "@pkg:";
  private static final String UNRESOLVED = "unresolved";

  private final Path folder;
  private final PackageResolver resolver;
  private final Diagnostics diagnostics;
  private final Map<String, Resolved> packages = new HashMap<>();
  // Aliases share nodes. Each is expanded once, or a small document could take forever.
  private final IdentityHashMap<YamlNode, YamlNode> expanded = new IdentityHashMap<>();

  /** The result for one package: its image, or the problem. */
  private record Resolved(String image, String problem) {}

  Templates(Path folder, PackageResolver resolver, Diagnostics diagnostics) {
    this.folder = folder;
    this.resolver = resolver;
    this.diagnostics = diagnostics;
  }

  YamlNode expand(YamlNode node) {
    Set<String> texts = new LinkedHashSet<>();
    collect(node, texts);
    if (texts.isEmpty()) {
      return node;
    }
    List<String> all = List.copyOf(texts);
    List<Resolved> found = Parallel.map(all, this::resolve);
    for (int i = 0; i < all.size(); i++) {
      packages.put(all.get(i), found.get(i));
    }
    return expand(node, DottedPath.ROOT);
  }

  private static void collect(YamlNode node, Set<String> into) {
    if (node instanceof YamlNode.Scalar scalar && isPackage(scalar)) {
      into.add(scalar.text());
    } else if (node instanceof YamlNode.Sequence sequence) {
      sequence.elements().forEach(element -> collect(element, into));
    } else if (node instanceof YamlNode.Mapping mapping) {
      mapping
          .fields()
          .forEach(
              (key, field) -> {
                if (key.startsWith(PACKAGE)) {
                  into.add(key);
                }
                collect(field.value(), into);
              });
    }
  }

  private Resolved resolve(String text) {
    try {
      Path path = folder.resolve(text.substring(PACKAGE.length())).normalize();
      return new Resolved(resolver.resolve(path), "");
    } catch (Failure e) {
      return new Resolved(UNRESOLVED, String.valueOf(e.getMessage()));
    } catch (InvalidPathException e) {
      return new Resolved(UNRESOLVED, "not a path");
    }
  }

  private static boolean isPackage(YamlNode.Scalar scalar) {
    return scalar.kind() == YamlNode.Scalar.Kind.STRING && scalar.text().startsWith(PACKAGE);
  }

  private YamlNode expand(YamlNode node, DottedPath path) {
    YamlNode done = expanded.get(node);
    if (done == null) {
      if (node instanceof YamlNode.Mapping mapping) {
        done = mapping(mapping, path);
      } else if (node instanceof YamlNode.Sequence sequence) {
        done = sequence(sequence, path);
      } else {
        done = scalar((YamlNode.Scalar) node, path);
      }
      expanded.put(node, done);
    }
    return done;
  }

  private YamlNode scalar(YamlNode.Scalar scalar, DottedPath path) {
    return isPackage(scalar)
        ? new YamlNode.Scalar(
            scalar.position(), text(scalar.text(), scalar.position(), path), scalar.kind())
        : scalar;
  }

  private YamlNode sequence(YamlNode.Sequence sequence, DottedPath path) {
    List<YamlNode> elements = new ArrayList<YamlNode>(sequence.elements().size());
    for (YamlNode element : sequence.elements()) {
      elements.add(expand(element, path.child(elements.size())));
    }
    return new YamlNode.Sequence(sequence.position(), elements);
  }

  private YamlNode mapping(YamlNode.Mapping mapping, DottedPath path) {
    SequencedMap<String, YamlNode.Field> fields = new LinkedHashMap<>();
    mapping
        .fields()
        .forEach(
            (key, field) -> {
              String name = text(key, field.position(), path);
              YamlNode value = expand(field.value(), path.child(name));
              YamlNode.Field old =
                  fields.putIfAbsent(name, new YamlNode.Field(field.position(), value));
              if (old != null) {
                diagnostics.error(
                    field.position(), path.child(name).toString(), "the key is given twice");
              }
            });
    return new YamlNode.Mapping(mapping.position(), fields);
  }

  private String text(String text, Position at, DottedPath path) {
    Resolved found = packages.get(text);
    if (found == null) {
      return text;
    }
    if (!found.problem().isEmpty()) {
      // The result is a valid reference, so no second mistake is reported for it.
      diagnostics.error(at, path.toString(), Quote.shorten(text) + ": " + found.problem());
    }
    return found.image();
  }
}
