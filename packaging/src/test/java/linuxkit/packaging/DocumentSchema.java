package linuxkit.packaging;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;

/** A schema of {@code docs/schema}, for validation and for walking through its keys. */
final class DocumentSchema {
  private static final Path FOLDER = Path.of("../docs/schema").toAbsolutePath().normalize();

  private final String name;
  private final Schema schema;
  private final Map<String, JsonObject> documents = new LinkedHashMap<>();

  /**
   * A mapping of the document, wherever it may stand.
   *
   * @param path such as {@code services.0.mounts.0}; empty for the document
   * @param keys the schemas of its keys
   * @param bases smallest mappings to add a key to: one valid for each way to be valid, and one
   *     with the mandatory keys only
   * @param embed makes a document of such a mapping
   */
  record Level(
      String path,
      Map<String, JsonObject> keys,
      List<JsonObject> bases,
      UnaryOperator<Json> embed) {}

  DocumentSchema(String name) throws IOException {
    this.name = name;
    for (String file : List.of("manifest.json", "build.json", "trust.json")) {
      documents.put(file, (JsonObject) Json.parse(Files.readAllBytes(FOLDER.resolve(file)), file));
    }
    this.schema =
        SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_7,
                registry -> registry.schemaLoader(loader -> loader.fetchRemoteResources(true)))
            .getSchema(SchemaLocation.of(FOLDER.resolve(name).toUri().toString()));
  }

  boolean accepts(Json document) {
    List<Error> errors = schema.validate(JsonFormat.COMPACT.write(document), InputFormat.JSON);
    return errors.isEmpty();
  }

  /**
   * All mappings with keys of their own.
   *
   * @param base the document that a key is added to
   */
  List<Level> levels(JsonObject base) {
    List<Level> levels = new ArrayList<>();
    walk(
        new Node(name, object(documents, name)),
        "",
        value -> with(base, ((JsonObject) value).members()),
        levels);
    return levels;
  }

  /** A part of a schema, and the file that its references are relative to. */
  private record Node(String file, JsonObject schema) {}

  private void walk(Node at, String path, UnaryOperator<Json> embed, List<Level> levels) {
    Node node = resolve(at);
    if (node.schema().get("items").isPresent()) {
      walk(
          new Node(node.file(), member(node.schema(), "items")),
          path + ".0",
          value -> embed.apply(new JsonArray(List.of(value))),
          levels);
    }
    if (node.schema().get("properties").isEmpty()) {
      return;
    }
    Map<String, JsonObject> keys = new LinkedHashMap<>();
    List<JsonObject> bases = bases(node);
    Map<String, Json> required = bases.getFirst().members();
    member(node.schema(), "properties")
        .members()
        .forEach(
            (key, value) -> {
              Node child = resolve(new Node(node.file(), (JsonObject) value));
              keys.put(key, child.schema());
              walk(
                  child,
                  path.isEmpty() ? key : path + "." + key,
                  inner ->
                      embed.apply(
                          with(new JsonObject(new LinkedHashMap<>(required)), Map.of(key, inner))),
                  levels);
            });
    levels.add(new Level(path, keys, bases, embed));
  }

  private List<JsonObject> bases(Node node) {
    JsonObject least = withExamples(node, JsonObject.EMPTY, node.schema());
    List<JsonObject> bases = new ArrayList<>();
    if (node.schema().get("oneOf").orElse(null) instanceof JsonArray ways) {
      ways.elements().forEach(way -> bases.add(withExamples(node, least, (JsonObject) way)));
    }
    bases.add(least);
    return bases;
  }

  private JsonObject withExamples(Node node, JsonObject base, JsonObject requiring) {
    JsonObject.Builder all = JsonObject.builder();
    base.members().forEach(all::put);
    if (requiring.get("required").orElse(null) instanceof JsonArray names) {
      for (Json required : names.elements()) {
        String key = ((JsonString) required).value();
        JsonObject value = member(member(node.schema(), "properties"), key);
        all.put(key, example(resolve(new Node(node.file(), value)).schema()));
      }
    }
    return all.build();
  }

  private static Json example(JsonObject schema) {
    return Samples.of(schema).getFirst();
  }

  private Node resolve(Node node) {
    if (!(node.schema().get("$ref").orElse(null) instanceof JsonString reference)) {
      return node;
    }
    int fragment = reference.value().indexOf("#/");
    String file = fragment == 0 ? node.file() : reference.value().substring(0, fragment);
    JsonObject target = object(documents, file);
    for (String step : List.of(reference.value().substring(fragment + 2).split("/", -1))) {
      target = member(target, step);
    }
    return resolve(new Node(file, target));
  }

  private static JsonObject object(Map<String, JsonObject> documents, String file) {
    return Objects.requireNonNull(documents.get(file), file);
  }

  private static JsonObject member(JsonObject of, String key) {
    return (JsonObject) of.get(key).orElseThrow();
  }

  static JsonObject with(JsonObject base, Map<String, Json> members) {
    JsonObject.Builder all = JsonObject.builder();
    base.members().forEach(all::put);
    members.forEach(all::put);
    return all.build();
  }

  /** The keys of every mapping: path without list indexes, a dot, and the key. */
  static Set<String> paths(List<Level> levels) {
    Set<String> paths = new TreeSet<>();
    for (Level level : levels) {
      String path = level.path().replaceAll("\\.0(?=\\.|$)", "");
      level.keys().keySet().forEach(key -> paths.add(path.isEmpty() ? key : path + "." + key));
    }
    return paths;
  }
}
