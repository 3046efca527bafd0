package linuxkit.engine.lock;

import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.packaging.DebianSource;
import linuxkit.packaging.debian.DebianPackage;

/** Writes lock files, whose keys are sorted at every level. */
final class LockWriter {
  private LockWriter() {}

  static byte[] write(LockFile file) {
    JsonObject.Builder root = JsonObject.builder();
    root.put("boot", map(file.bootLoaders(), (_, component) -> component(component)));
    root.put("images", map(file.images(), (_, image) -> image(image)));
    root.put("lockVersion", LockFile.VERSION);
    root.put(
        "manifests",
        new JsonArray(file.manifests().stream().<Json>map(LockWriter::manifest).toList()));
    root.put("packages", map(file.components(), (_, component) -> component(component)));
    return (JsonFormat.indented(2).write(root.build()) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static <T> JsonObject map(SortedMap<String, T> map, BiFunction<String, T, Json> write) {
    JsonObject.Builder object = JsonObject.builder();
    new TreeMap<>(map).forEach((name, value) -> object.put(name, write.apply(name, value)));
    return object.build();
  }

  private static JsonObject manifest(LockFile.ReadManifest manifest) {
    return JsonObject.builder()
        .put("path", manifest.path())
        .put("sha256", manifest.sha256())
        .build();
  }

  private static JsonObject image(LockedImage image) {
    return JsonObject.builder()
        .put("digest", image.root().digest().toString())
        .put("mediaType", image.root().mediaType())
        .put("platforms", map(image.images(), (_, each) -> platform(each)))
        .put("reference", image.reference().toString())
        .put("size", image.root().size())
        .build();
  }

  private static JsonObject platform(LockedImage.PlatformImage image) {
    return JsonObject.builder()
        .put("config", image.config().toString())
        .put("manifest", image.manifest().toString())
        .build();
  }

  private static JsonObject component(LockedComponent component) {
    return JsonObject.builder()
        .put("platforms", map(component.packages(), (_, packages) -> packages(packages)))
        .put("tree", component.tree())
        .build();
  }

  private static JsonObject packages(DebianSource.Resolution resolution) {
    JsonObject.Builder archives = JsonObject.builder();
    resolution.states().forEach(archives::put);
    return JsonObject.builder()
        .put("archives", archives.build())
        .put(
            "debian",
            new JsonArray(resolution.packages().stream().<Json>map(LockWriter::pin).toList()))
        .build();
  }

  private static JsonObject pin(DebianPackage.Pin pin) {
    return JsonObject.builder()
        .put("architecture", pin.architecture())
        .put("file", pin.file())
        .put("name", pin.name())
        .put("origin", pin.origin())
        .put("sha256", pin.sha256())
        .put("size", pin.size())
        .put("suite", pin.suite())
        .put("version", pin.version())
        .build();
  }
}
