package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import linuxkit.base.Progress;
import linuxkit.json.JsonObject;
import linuxkit.system.manifest.ManifestLoader;
import linuxkit.system.manifest.ManifestSource;
import linuxkit.system.manifest.ManifestWriter;
import linuxkit.system.manifest.PackageResolver;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.YamlDocument;
import linuxkit.yaml.YamlNode;
import org.junit.jupiter.api.Test;

/** Checks that the examples in {@code docs/yaml.md} can be read, and that every key has one. */
class ReferenceTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("^```yaml\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
  // What has no effect needs no example.
  private static final Pattern WITHOUT_EXAMPLE =
      Pattern.compile(".*\\.(uidmappings|gidmappings)\\..*|trust\\.(image|org)");

  private static List<String> examples() throws IOException {
    return EXAMPLE
        .matcher(Files.readString(Path.of("../docs/yaml.md")))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  @Test
  void everyExampleIsAManifest() throws IOException {
    List<String> examples = examples();
    for (String example : examples) {
      SystemManifest manifest =
          ManifestLoader.load(
              List.of(
                  new ManifestSource(
                      example,
                      example.getBytes(StandardCharsets.UTF_8),
                      Optional.of(Path.of("/manifests")))),
              new PackageResolver() {
                @Override
                public String resolve(Path folder) {
                  return builtin(folder.getFileName().toString());
                }

                @Override
                public String builtin(String name) {
                  return "lk/" + name + ":1";
                }
              },
              Progress.silent());
      assertThat(ManifestWriter.yaml(manifest, true)).isNotEmpty();
    }
    assertThat(examples).hasSizeGreaterThan(10);
  }

  @Test
  void everyKeyHasAnExample() throws IOException {
    Set<String> shown = new TreeSet<>();
    for (String example : examples()) {
      Diagnostics diagnostics = new Diagnostics();
      YamlDocument.parse("example", example.getBytes(StandardCharsets.UTF_8), diagnostics)
          .ifPresent(node -> keys(node, "", shown));
      diagnostics.throwErrors();
    }
    // All three sections hold the same kind of entry.
    Set<String> keys = new TreeSet<>();
    for (String key :
        DocumentSchema.paths(new DocumentSchema("manifest.json").levels(JsonObject.EMPTY))) {
      if (!WITHOUT_EXAMPLE.matcher(key).matches()) {
        keys.add(container(key));
      }
    }
    List<String> missing = new ArrayList<>(keys);
    missing.removeAll(shown);
    assertThat(missing).isEmpty();
  }

  private static void keys(YamlNode node, String path, Set<String> into) {
    switch (node) {
      case YamlNode.Scalar _ -> {}
      case YamlNode.Sequence list -> list.elements().forEach(e -> keys(e, path, into));
      case YamlNode.Mapping mapping ->
          mapping
              .fields()
              .forEach(
                  (key, field) -> {
                    String here = path.isEmpty() ? key : path + "." + key;
                    into.add(container(here));
                    keys(field.value(), here, into);
                  });
    }
  }

  private static String container(String path) {
    return path.replaceFirst("^(onboot|onshutdown|services)\\.", "CONTAINER.")
        .replaceFirst("^CONTAINER\\.runtime\\.mounts\\.", "CONTAINER.mounts.");
  }
}
