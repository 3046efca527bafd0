package linuxkit.system.inspect;

import java.util.ArrayList;
import java.util.List;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;

/** Writes a {@link SystemDiff} for programs. Missing values are absent, and sizes are in bytes. */
public final class DiffJson {
  private DiffJson() {}

  public static JsonObject of(SystemDiff diff) {
    List<Json> files = new ArrayList<>();
    diff.files()
        .forEach(
            (path, change) ->
                files.add(
                    change(JsonObject.builder().put("path", "/" + path), change, DiffJson::file)));
    List<Json> packages = new ArrayList<>();
    for (SystemDiff.PackageChange each : diff.packages()) {
      packages.add(
          change(
              JsonObject.builder()
                  .put("component", each.component().label())
                  .put("kind", each.kind())
                  .put("name", each.name()),
              each.versions(),
              JsonString::new));
    }
    List<Json> containers = new ArrayList<>();
    for (SystemDiff.ContainerChange each : diff.containers()) {
      containers.add(
          JsonObject.builder()
              .put("component", each.component().label())
              .put("added", each.added())
              .put("removed", each.removed())
              .build());
    }
    List<Json> sizes = new ArrayList<>();
    diff.sizes()
        .forEach(
            (component, change) ->
                sizes.add(
                    change(
                        JsonObject.builder().put("component", component.label()),
                        change,
                        JsonNumber::of)));
    return JsonObject.builder()
        .put("same", diff.isSame())
        .put("cmdline", change(JsonObject.builder(), diff.cmdline(), JsonString::new))
        .put("total", change(JsonObject.builder(), diff.total(), JsonNumber::of))
        .put("sizes", new JsonArray(sizes))
        .put("packages", new JsonArray(packages))
        .put("containers", new JsonArray(containers))
        .put("files", new JsonArray(files))
        .build();
  }

  @FunctionalInterface
  private interface Write<T> {
    Json json(T value);
  }

  private static <T> JsonObject change(
      JsonObject.Builder json, SystemDiff.Change<T> change, Write<T> write) {
    change.before().ifPresent(value -> json.put("before", write.json(value)));
    change.after().ifPresent(value -> json.put("after", write.json(value)));
    return json.build();
  }

  private static Json file(FileState file) {
    JsonObject.Builder json = JsonObject.builder().put("type", file.type());
    if (!file.mode().isEmpty()) {
      json.put("mode", file.mode()).put("owner", file.owner());
    }
    if (file.type().equals("file")) {
      json.put("size", file.size());
    }
    if (!file.content().isEmpty()) {
      json.put("content", file.content());
    }
    return json.build();
  }
}
