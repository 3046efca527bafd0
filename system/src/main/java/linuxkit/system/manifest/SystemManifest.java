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
import linuxkit.base.Nearest;
import linuxkit.json.JsonObject;
import linuxkit.oci.Reference;
import linuxkit.system.SystemFailure;
import linuxkit.system.manifest.ContainerEntry.Section;
import linuxkit.yaml.Position;

/**
 * The manifest of a system: one or more files, read, checked and merged.
 *
 * @param kernelWithoutImage the keys of {@code kernel}, and {@link #HARDENING}, if there is no
 *     kernel image: without effect, but kept when the manifest is written; empty if there is a
 *     kernel
 * @param containers in the order of the sections, each as the manifest has it
 */
public record SystemManifest(
    Optional<Kernel> kernel,
    JsonObject kernelWithoutImage,
    InitImages initImages,
    List<ContainerEntry> containers,
    List<FileEntry> files,
    List<Volume> volumes,
    Conditions conditions,
    SortedMap<BootComponent, NamedImage> boot) {

  /** The key that decides whether the kernel is hardened. */
  public static final String HARDENING = "hardening";

  private static final Pattern LOCATION = Pattern.compile("([a-z]+)\\[([0-9]{1,9})\\]");

  public SystemManifest {
    containers = containers.stream().sorted((a, b) -> a.section().compareTo(b.section())).toList();
    files = List.copyOf(files);
    volumes = List.copyOf(volumes);
    boot = Collections.unmodifiableSortedMap(new TreeMap<>(boot));
  }

  /**
   * Returns this manifest with another budget added to its own, which it overrides.
   *
   * @param flag the option that failures name
   * @throws SystemFailure if {@code other} names a container that does not exist
   */
  public SystemManifest within(Budget other, String flag) {
    for (String name : other.unknown(containers)) {
      throw new SystemFailure(
          Budget.UNKNOWN + ": " + name,
          flag,
          Nearest.to(name, containers.stream().map(Budget::name).toList())
              .map(nearest -> "did you mean " + nearest + "?")
              .orElse("remove it: only a manifest may limit containers that do not exist"));
    }
    Conditions all = conditions.with(budget().with(other));
    return new SystemManifest(
        kernel, kernelWithoutImage, initImages, containers, files, volumes, all, boot);
  }

  /**
   * Returns the images whose files go into the system, in the order in which they are needed, with
   * the position that names each first. Images that become OCI layouts are not among them.
   */
  public SequencedMap<Reference, Position> references() {
    SequencedMap<Reference, Position> references = new LinkedHashMap<>();
    kernel.ifPresent(only -> references.put(only.image().reference(), only.image().position()));
    init().forEach(image -> references.putIfAbsent(image.reference(), image.position()));
    for (Volume volume : volumes) {
      if (!volume.oci()) {
        Position at = volume.node().position("image");
        volume.reference().ifPresent(reference -> references.putIfAbsent(reference, at));
      }
    }
    for (ContainerEntry container : containers) {
      references.putIfAbsent(container.reference(), container.node().position("image"));
    }
    return references;
  }

  /**
   * Returns the position of a part of the system; empty if no manifest names it.
   *
   * @param location as in {@link linuxkit.filesystem.Origin#location}, such as {@code init[0]}
   */
  public Optional<Position> position(String location) {
    Matcher matcher = LOCATION.matcher(location);
    if (!matcher.matches()) {
      return location.equals("kernel")
          ? kernel.map(only -> only.image().position())
          : Optional.empty();
    }
    int index = Integer.parseInt(matcher.group(2));
    return switch (matcher.group(1)) {
      case "init" -> Optional.of(init().get(index).position());
      case "onboot" -> Optional.of(onboot().get(index).position());
      case "onshutdown" -> Optional.of(onshutdown().get(index).position());
      case "services" -> Optional.of(services().get(index).position());
      case "volume" -> Optional.of(volumes.get(index).position());
      case "files" -> Optional.of(files.get(index).position());
      default -> Optional.empty();
    };
  }

  /** Returns the size limits of the system and its parts. */
  public Budget budget() {
    return conditions.budget();
  }

  /** Returns the images whose files form the root file system. */
  public List<NamedImage> init() {
    return initImages.images();
  }

  /** Returns the containers that run one after another when the system starts. */
  public List<ContainerEntry> onboot() {
    return containers(Section.ONBOOT);
  }

  /** Returns the containers that run when the system stops. */
  public List<ContainerEntry> onshutdown() {
    return containers(Section.ONSHUTDOWN);
  }

  /** Returns the containers that run until the system stops. */
  public List<ContainerEntry> services() {
    return containers(Section.SERVICES);
  }

  private List<ContainerEntry> containers(Section section) {
    return containers.stream().filter(entry -> entry.section() == section).toList();
  }
}
