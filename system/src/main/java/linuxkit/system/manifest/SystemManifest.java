package linuxkit.system.manifest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import linuxkit.base.Nearest;
import linuxkit.base.Progress;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Reference;
import linuxkit.system.SystemFailure;
import linuxkit.yaml.Position;
import linuxkit.yaml.YamlWriter;

/**
 * What a system is made of: one or more manifest files, read, checked and merged.
 *
 * @param kernelWithoutImage what {@code kernel} says when it names no image: of no effect, but kept
 *     when the manifest is written; empty when there is a kernel
 */
public record SystemManifest(
    Optional<Kernel> kernel,
    JsonObject kernelWithoutImage,
    List<InitImage> init,
    List<ContainerEntry> onboot,
    List<ContainerEntry> onshutdown,
    List<ContainerEntry> services,
    List<FileEntry> files,
    List<Volume> volumes,
    Budget budget,
    SortedMap<BootComponent, BootImage> boot) {

  private static final Pattern LOCATION = Pattern.compile("([a-z]+)\\[([0-9]{1,9})\\]");

  public SystemManifest {
    init = List.copyOf(init);
    onboot = List.copyOf(onboot);
    onshutdown = List.copyOf(onshutdown);
    services = List.copyOf(services);
    files = List.copyOf(files);
    volumes = List.copyOf(volumes);
    boot = Collections.unmodifiableSortedMap(new TreeMap<>(boot));
  }

  /**
   * Reads the files of a manifest, each appended to those before it: of {@code kernel} what a later
   * one gives replaces what an earlier one gave, lists are concatenated.
   *
   * @param packages asked for {@code @pkg:} texts
   * @param progress told what is accepted but of no effect
   * @throws linuxkit.yaml.YamlFailure with all mistakes of all files
   */
  public static SystemManifest load(
      List<ManifestSource> sources, PackageResolver packages, Progress progress) {
    return ManifestLoader.load(sources, packages, progress);
  }

  /**
   * This manifest with a budget that adds to its own and overrides it.
   *
   * @param flag what failures name
   * @throws SystemFailure when {@code other} names a container that is not there
   */
  public SystemManifest within(Budget other, String flag) {
    for (String name : other.unknown(this)) {
      throw new SystemFailure(
          Budget.UNKNOWN + ": " + name,
          flag,
          Nearest.to(name, containers().stream().map(Budget::name).toList())
              .map(nearest -> "did you mean " + nearest + "?")
              .orElse("only a manifest may have limits for containers that are not there"));
    }
    Budget all = budget.with(other);
    return new SystemManifest(
        kernel, kernelWithoutImage, init, onboot, onshutdown, services, files, volumes, all, boot);
  }

  /**
   * The images whose files go into the system, in the order in which they are needed, with where
   * each is named first; a layout of an image needs no files of it.
   */
  public SequencedMap<Reference, Position> references() {
    SequencedMap<Reference, Position> references = new LinkedHashMap<>();
    kernel.ifPresent(only -> references.put(only.reference(), only.position()));
    init.forEach(image -> references.putIfAbsent(image.reference(), image.position()));
    for (Volume volume : volumes) {
      if (!volume.oci()) {
        Position at = volume.node().position("image");
        volume.reference().ifPresent(reference -> references.putIfAbsent(reference, at));
      }
    }
    for (ContainerEntry container : containers()) {
      references.putIfAbsent(container.reference(), container.node().position("image"));
    }
    return references;
  }

  /**
   * Where a part of the system stands: none when no manifest names it.
   *
   * @param location as in {@link linuxkit.filesystem.Origin#location}, such as {@code init[0]}
   */
  public Optional<Position> position(String location) {
    Matcher matcher = LOCATION.matcher(location);
    if (!matcher.matches()) {
      return location.equals("kernel") ? kernel.map(Kernel::position) : Optional.empty();
    }
    int index = Integer.parseInt(matcher.group(2));
    return switch (matcher.group(1)) {
      case "init" -> Optional.of(init.get(index).position());
      case "onboot" -> Optional.of(onboot.get(index).position());
      case "onshutdown" -> Optional.of(onshutdown.get(index).position());
      case "services" -> Optional.of(services.get(index).position());
      case "volume" -> Optional.of(volumes.get(index).position());
      case "files" -> Optional.of(files.get(index).position());
      default -> Optional.empty();
    };
  }

  /** All containers in the order in which their places are given out. */
  public List<ContainerEntry> containers() {
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
