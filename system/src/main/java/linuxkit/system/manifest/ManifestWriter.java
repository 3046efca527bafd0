package linuxkit.system.manifest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.yaml.YamlWriter;
import linuxkit.yaml.container.Id;

/** Writes a manifest as JSON, in the vocabulary in which it is read. */
public final class ManifestWriter {
  private final boolean canonical;

  private ManifestWriter(boolean canonical) {
    this.canonical = canonical;
  }

  /**
   * Returns the merged manifest, which {@link ManifestLoader} reads back.
   *
   * @param canonical whether images (but not volumes') have their full names
   */
  public static JsonObject json(SystemManifest manifest, boolean canonical) {
    return new ManifestWriter(canonical).write(manifest);
  }

  /** Returns {@link #json} as YAML, ending in a newline. */
  public static String yaml(SystemManifest manifest, boolean canonical) {
    return YamlWriter.write(json(manifest, canonical));
  }

  /** Returns {@link #json} as text, indented by four spaces, without a newline at the end. */
  public static String jsonText(SystemManifest manifest, boolean canonical) {
    return JsonFormat.indented(4).withHtmlSafe().write(json(manifest, canonical));
  }

  private JsonObject write(SystemManifest manifest) {
    JsonObject.Builder json = JsonObject.builder();
    SequencedMap<String, Json> kernel =
        new LinkedHashMap<>(
            manifest.kernel().map(this::kernel).orElseGet(manifest::kernelWithoutImage).members());
    Optional<Json> hardening = Optional.ofNullable(kernel.remove(SystemManifest.HARDENING));
    if (!kernel.isEmpty()) {
      json.put("kernel", new JsonObject(kernel));
    }
    json.put("init", array(manifest.init(), init -> new JsonString(image(init))));
    if (!manifest.initImages().folder().isEmpty()) {
      json.put(InitImages.PREFIX, manifest.initImages().folder() + "/");
    }
    json.put("onboot", array(manifest.onboot(), this::container));
    json.put("onshutdown", array(manifest.onshutdown(), this::container));
    json.put("services", array(manifest.services(), this::container));
    json.put("files", array(manifest.files(), ManifestWriter::file));
    json.put("volumes", array(manifest.volumes(), ManifestWriter::volume));
    hardening.ifPresent(on -> json.put(SystemManifest.HARDENING, on));
    if (!manifest.budget().limits().isEmpty()) {
      json.put("budget", manifest.budget().toJson());
    }
    if (!manifest.boot().isEmpty()) {
      JsonObject.Builder boot = JsonObject.builder();
      manifest.boot().forEach((component, image) -> boot.put(component.key(), image(image)));
      json.put("boot", boot.build());
    }
    manifest
        .conditions()
        .policy()
        .ifPresent(policy -> json.put(PolicyFile.KEY, policy.path().toString()));
    return json.build();
  }

  private static <T> JsonArray array(List<T> elements, Function<T, Json> write) {
    return new JsonArray(elements.stream().map(write).toList());
  }

  private String image(NamedImage image) {
    return image(image.text(), image.reference());
  }

  private String image(String written, Reference reference) {
    return canonical ? reference.toString() : written;
  }

  private JsonObject kernel(Kernel kernel) {
    JsonObject.Builder json =
        JsonObject.builder().put("image", image(kernel.image())).put("cmdline", kernel.cmdline());
    if (!kernel.binary().equals(Kernel.DEFAULT_BINARY)) {
      json.put("binary", kernel.binary());
    }
    if (!kernel.tar().equals(Kernel.DEFAULT_TAR)) {
      json.put("tar", kernel.tar());
    }
    if (!kernel.ucode().isEmpty()) {
      json.put("ucode", kernel.ucode());
    }
    kernel
        .modules()
        .map(modules -> modules.stream().map(Kernel.Module::name).toList())
        .ifPresent(modules -> json.put("modules", modules));
    kernel.hardening().ifPresent(on -> json.put(SystemManifest.HARDENING, on));
    return json.build();
  }

  private JsonObject container(ContainerEntry entry) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("name", entry.name())
            .put("image", image(entry.image(), entry.reference()));
    entry.config().writeTo(json);
    return json.build();
  }

  private static JsonObject file(FileEntry file) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("path", file.path())
            .put("directory", file.kind() instanceof FileEntry.Directory);
    switch (file.kind()) {
      case FileEntry.Directory _ -> {}
      case FileEntry.Symlink symlink -> json.put("symlink", symlink.target());
      case FileEntry.Contents contents -> json.put("contents", contents.text());
      case FileEntry.Source source -> json.put("source", source.file());
      case FileEntry.Metadata metadata ->
          json.put(
              "metadata",
              switch (metadata.format()) {
                case YAML -> "yaml";
                case JSON -> "json";
              });
    }
    json.put("optional", file.optional());
    file.mode().ifPresent(mode -> json.put("mode", "%04o".formatted(mode)));
    file.uid().map(Id::toJson).ifPresent(uid -> json.put("uid", uid));
    file.gid().map(Id::toJson).ifPresent(gid -> json.put("gid", gid));
    return json.build();
  }

  private static JsonObject volume(Volume volume) {
    JsonObject.Builder json = JsonObject.builder().put("name", volume.name());
    if (!volume.image().isEmpty()) {
      json.put("image", volume.image());
    }
    if (volume.readonly()) {
      json.put("readonly", true);
    }
    if (volume.oci()) {
      json.put("format", "oci");
    }
    if (!volume.platforms().isEmpty()) {
      json.put("platforms", volume.platforms().stream().map(Platform::toString).toList());
    }
    return json.build();
  }
}
