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
import java.util.Optional;
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
 * included; and {@code builtin:NAME} or {@code @builtin/NAME} by the image of that component of
 * linuxkit, wherever a document names an image. All other text stays unchanged.
 */
final class Templates {
  private static final String PACKAGE = "@pkg:";
  private static final List<String> BUILTIN = List.of("builtin:", "@builtin/");
  // Keys whose values are images, or lists or mappings of images.
  private static final Set<String> IMAGES = Set.of("image", "init", "boot");
  private static final String UNRESOLVED = "unresolved";

  private final Optional<Path> folder;
  private final PackageResolver resolver;
  private final Diagnostics diagnostics;
  private final Map<String, Resolved> packages = new HashMap<>();
  // Aliases share nodes. Each is expanded once, or a small document could take forever.
  private final IdentityHashMap<YamlNode, YamlNode> expanded = new IdentityHashMap<>();

  /** The result for one package: its image, or the problem. */
  private record Resolved(String image, String problem) {}

  /**
   * @param folder what paths are relative to; without one, {@code @pkg:} texts stay unchanged
   */
  Templates(Optional<Path> folder, PackageResolver resolver, Diagnostics diagnostics) {
    this.folder = folder;
    this.resolver = resolver;
    this.diagnostics = diagnostics;
  }

  YamlNode expand(YamlNode node) {
    Set<String> texts = new LinkedHashSet<>();
    collect(node, false, texts);
    if (texts.isEmpty()) {
      return node;
    }
    List<String> all = List.copyOf(texts);
    List<Resolved> found = Parallel.map(all, this::resolve);
    for (int i = 0; i < all.size(); i++) {
      packages.put(all.get(i), found.get(i));
    }
    return expand(node, DottedPath.ROOT, false);
  }

  private void collect(YamlNode node, boolean image, Set<String> into) {
    if (node instanceof YamlNode.Scalar scalar && isComponent(scalar, image)) {
      into.add(scalar.text());
    } else if (node instanceof YamlNode.Sequence sequence) {
      sequence.elements().forEach(element -> collect(element, image, into));
    } else if (node instanceof YamlNode.Mapping mapping) {
      mapping
          .fields()
          .forEach(
              (key, field) -> {
                if (isPackage(key)) {
                  into.add(key);
                }
                collect(field.value(), image || IMAGES.contains(key), into);
              });
    }
  }

  private Resolved resolve(String text) {
    if (isBuiltin(text)) {
      return builtin(text.substring(text.indexOf(text.startsWith("@") ? '/' : ':') + 1));
    }
    try {
      Path path = folder.orElseThrow().resolve(text.substring(PACKAGE.length())).normalize();
      return new Resolved(resolver.resolve(path), "");
    } catch (Failure e) {
      return new Resolved(UNRESOLVED, String.valueOf(e.getMessage()));
    } catch (InvalidPathException e) {
      return new Resolved(UNRESOLVED, "not a path");
    }
  }

  private Resolved builtin(String name) {
    try {
      return new Resolved(resolver.builtin(name), "");
    } catch (Failure e) {
      return new Resolved(UNRESOLVED, e.what() + "; " + e.hint());
    }
  }

  private boolean isComponent(YamlNode.Scalar scalar, boolean image) {
    return scalar.kind() == YamlNode.Scalar.Kind.STRING
        && (isPackage(scalar.text()) || (image && isBuiltin(scalar.text())));
  }

  private boolean isPackage(String text) {
    return folder.isPresent() && text.startsWith(PACKAGE);
  }

  private static boolean isBuiltin(String text) {
    return text.startsWith(BUILTIN.getFirst()) || text.startsWith(BUILTIN.getLast());
  }

  private YamlNode expand(YamlNode node, DottedPath path, boolean image) {
    YamlNode done = expanded.get(node);
    if (done == null) {
      if (node instanceof YamlNode.Mapping mapping) {
        done = mapping(mapping, path, image);
      } else if (node instanceof YamlNode.Sequence sequence) {
        done = sequence(sequence, path, image);
      } else {
        done = scalar((YamlNode.Scalar) node, path, image);
      }
      expanded.put(node, done);
    }
    return done;
  }

  private YamlNode scalar(YamlNode.Scalar scalar, DottedPath path, boolean image) {
    return isComponent(scalar, image)
        ? new YamlNode.Scalar(
            scalar.position(), text(scalar.text(), scalar.position(), path), scalar.kind())
        : scalar;
  }

  private YamlNode sequence(YamlNode.Sequence sequence, DottedPath path, boolean image) {
    List<YamlNode> elements = new ArrayList<YamlNode>(sequence.elements().size());
    for (YamlNode element : sequence.elements()) {
      elements.add(expand(element, path.child(elements.size()), image));
    }
    return new YamlNode.Sequence(sequence.position(), elements);
  }

  private YamlNode mapping(YamlNode.Mapping mapping, DottedPath path, boolean image) {
    SequencedMap<String, YamlNode.Field> fields = new LinkedHashMap<>();
    mapping
        .fields()
        .forEach(
            (key, field) -> {
              String name = isPackage(key) ? text(key, field.position(), path) : key;
              YamlNode value =
                  expand(field.value(), path.child(name), image || IMAGES.contains(key));
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
