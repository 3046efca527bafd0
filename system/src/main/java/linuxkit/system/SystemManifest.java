package linuxkit.system;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.Progress;
import linuxkit.oci.json.JsonFormat;
import linuxkit.oci.json.JsonObject;
import linuxkit.system.yaml.YamlWriter;

/** What a system is made of: one or more manifest files, read, checked and merged. */
public record SystemManifest(
    Optional<Kernel> kernel,
    List<InitImage> init,
    List<ContainerEntry> onboot,
    List<ContainerEntry> onshutdown,
    List<ContainerEntry> services,
    List<FileEntry> files,
    List<Volume> volumes) {

  public SystemManifest {
    init = List.copyOf(init);
    onboot = List.copyOf(onboot);
    onshutdown = List.copyOf(onshutdown);
    services = List.copyOf(services);
    files = List.copyOf(files);
    volumes = List.copyOf(volumes);
  }

  /**
   * Reads the files of a manifest, each appended to those before it: of {@code kernel} what a later
   * one gives replaces what an earlier one gave, lists are concatenated.
   *
   * @param packages asked for {@code @pkg:} texts
   * @param progress told what is accepted but of no effect
   * @throws linuxkit.system.yaml.YamlFailure with all mistakes of all files
   */
  public static SystemManifest load(
      List<ManifestSource> sources, PackageResolver packages, Progress progress) {
    return ManifestLoader.load(sources, packages, progress);
  }

  /** All containers in the order in which their places are given out. */
  List<ContainerEntry> containers() {
    return Stream.of(onboot, onshutdown, services).flatMap(List::stream).toList();
  }

  /**
   * The merged manifest, which {@link #load} reads back.
   *
   * @param canonical whether images (but not volumes') have their full names
   */
  public JsonObject toJson(boolean canonical) {
    return new ManifestWriter(canonical).write(this);
  }

  /** The same as YAML, ending in a newline. */
  public String toYaml(boolean canonical) {
    return YamlWriter.write(toJson(canonical));
  }

  /** The same as JSON text, indented by four spaces, without a newline at the end. */
  public String toJsonText(boolean canonical) {
    return JsonFormat.indented(4).withHtmlSafe().write(toJson(canonical));
  }
}
