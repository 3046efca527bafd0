package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.StringEntry;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import linuxkit.base.Progress;
import linuxkit.json.Json;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.packaging.DocumentSchema.Level;
import linuxkit.packaging.definition.BuildFile;
import linuxkit.system.manifest.ManifestLoader;
import linuxkit.system.manifest.ManifestSource;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Position;
import linuxkit.yaml.YamlFailure;
import linuxkit.yaml.container.ContainerConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that the schemas for editors agree with the decoders. */
class SchemaTest {
  /**
   * A kind of document.
   *
   * @param base what a document has at least
   */
  record Kind(String schema, Class<?> decoderClass, String base, Consumer<byte[]> decoder) {
    List<Level> levels() throws IOException {
      return new DocumentSchema(schema)
          .levels((JsonObject) Json.parse(base.getBytes(StandardCharsets.UTF_8), "base"));
    }

    Optional<YamlFailure> decode(Json document) {
      try {
        decoder.accept(JsonFormat.COMPACT.bytes(document));
        return Optional.empty();
      } catch (YamlFailure e) {
        return Optional.of(e);
      }
    }

    Set<String> unknown(Json document) {
      return decode(document).stream()
          .flatMap(failure -> failure.diagnostics().stream())
          .filter(problem -> problem.problem().startsWith("unknown key"))
          .map(problem -> problem.path())
          .collect(Collectors.toSet());
    }
  }

  static List<Kind> kinds() {
    return List.of(
        // What named ids and binds may refer to is there.
        new Kind(
            "manifest.json",
            ManifestLoader.class,
            "{\"onshutdown\":[{\"name\":\"x\",\"image\":\"x\"}],\"volumes\":[{\"name\":\"x\"}]}",
            bytes ->
                ManifestLoader.load(
                    List.of(new ManifestSource("m", bytes, Optional.empty())),
                    folder -> "lk/" + folder.getFileName(),
                    Progress.silent())),
        new Kind(
            "build.json",
            BuildFile.class,
            "{\"image\":\"x\",\"debian\":{\"packages\":[\"a1\"]}}",
            bytes -> BuildFile.read(new Position("b", 1, 1), bytes, NodeReader::root)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void declaresTheKeysOfEveryMapping(Kind kind) throws IOException {
    Set<String> words = new TreeSet<>(words(ManifestLoader.class));
    words.addAll(words(ContainerConfig.class));
    words.addAll(words(kind.decoderClass));
    List<Level> levels = kind.levels();
    levels.forEach(level -> words.addAll(level.keys().keySet()));
    for (Level level : levels) {
      Set<String> unknown = new HashSet<>();
      // A document's failures are limited in number.
      for (List<String> some : parts(List.copyOf(words), 500)) {
        JsonObject.Builder all = JsonObject.builder();
        some.forEach(word -> all.put(word, "x"));
        unknown.addAll(kind.unknown(level.embed().apply(all.build())));
      }
      String prefix = level.path().isEmpty() ? "" : level.path() + ".";
      Set<String> known = new TreeSet<>(words);
      known.removeIf(word -> unknown.contains(prefix + word));
      assertThat(known).as(prefix).isEqualTo(new TreeSet<>(level.keys().keySet()));
    }
  }

  private static List<List<String>> parts(List<String> words, int size) {
    List<List<String>> parts = new ArrayList<>();
    for (int from = 0; from < words.size(); from += size) {
      parts.add(words.subList(from, Math.min(from + size, words.size())));
    }
    return parts;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void acceptsTheSameValuesAsTheDecoder(Kind kind) throws IOException {
    DocumentSchema schema = new DocumentSchema(kind.schema);
    List<String> differences = new ArrayList<>();
    for (Level level : kind.levels()) {
      for (JsonObject base : level.bases()) {
        compare(kind, schema, level.embed().apply(base), differences);
      }
      level
          .keys()
          .forEach(
              (key, value) -> {
                boolean accepted = false;
                for (JsonObject base : level.bases()) {
                  for (Json sample : Samples.of(value)) {
                    JsonObject mapping = DocumentSchema.with(base, Map.of(key, sample));
                    accepted |= compare(kind, schema, level.embed().apply(mapping), differences);
                  }
                }
                if (!accepted && value.get("properties").isEmpty()) {
                  differences.add("no value is accepted: " + level.path() + "." + key);
                }
              });
    }
    assertThat(differences).isEmpty();
  }

  private static boolean compare(
      Kind kind, DocumentSchema schema, Json document, List<String> differences) {
    boolean accepted = schema.accepts(document);
    Optional<YamlFailure> failure = kind.decode(document);
    if (accepted == failure.isPresent()) {
      differences.add(
          JsonFormat.COMPACT.write(document)
              + failure
                  .map(f -> ": only the decoder says " + f.what())
                  .orElse(": only the schema"));
    }
    return accepted && failure.isEmpty();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void refusesOtherDocumentsLikeTheDecoder(Kind kind) throws IOException {
    DocumentSchema schema = new DocumentSchema(kind.schema);
    List<String> differences = new ArrayList<>();
    for (Json sample : Samples.of(JsonObject.EMPTY)) {
      compare(kind, schema, sample, differences);
    }
    assertThat(differences).isEmpty();
  }

  /** Every text in the module's code: the decoder's keys are among them. */
  private static Set<String> words(Class<?> of) {
    try {
      Path classes = Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(classes)) {
        return wordsBelow(classes);
      }
      try (FileSystem jar =
          FileSystems.newFileSystem(URI.create("jar:" + classes.toUri()), Map.of())) {
        return wordsBelow(jar.getPath("/"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Set<String> wordsBelow(Path folder) throws IOException {
    Set<String> words = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file :
          (Iterable<Path>) files.filter(f -> f.toString().endsWith(".class"))::iterator) {
        for (var entry : ClassFile.of().parse(Files.readAllBytes(file)).constantPool()) {
          if (entry instanceof StringEntry text) {
            String word = text.stringValue();
            if (word.matches("[A-Za-z][A-Za-z0-9._-]{0,40}")) {
              words.add(word);
              // Sections of the manifest are named after an enumeration's constants.
              words.add(word.toLowerCase(Locale.ROOT));
            }
          }
        }
      }
    }
    return words;
  }
}
