package linuxkit.system.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import linuxkit.oci.ImageConfig;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.Mount;
import linuxkit.yaml.container.RuntimeConfig;

/**
 * Puts together what a manifest's entry, the label of its image and the image itself say of a
 * container. The entry wins over the label, the label over the image. The image's user, volumes,
 * ports and health check play no part.
 */
public final class ConfigMerge {
  private static final String ROOT = "root";

  private ConfigMerge() {}

  /**
   * The configuration in effect: {@code .add} lists merged in, {@code command}, {@code env}, {@code
   * cwd} and {@code runtime} always present.
   *
   * @param bind what to do with the binds of the entry (but not of the label)
   * @param mount the same for mounts
   */
  public static ContainerConfig merge(
      ContainerConfig entry,
      ContainerConfig label,
      ImageConfig image,
      UnaryOperator<String> bind,
      UnaryOperator<Mount> mount) {
    Optional<List<String>> binds = entry.binds().map(list -> map(list, bind));
    Optional<List<String>> bindsAdd = entry.bindsAdd().map(list -> map(list, bind));
    List<String> command = new ArrayList<>(image.entrypoint());
    command.addAll(image.cmd());
    return new ContainerConfig(
        added(entry.capabilities(), label.capabilities(), entry.capabilitiesAdd()),
        Optional.empty(),
        first(entry.ambient(), label.ambient()),
        first(entry.mounts().map(list -> map(list, mount)), label.mounts()),
        added(binds, label.binds(), bindsAdd),
        Optional.empty(),
        first(entry.devices(), label.devices()),
        first(entry.tmpfs(), label.tmpfs()),
        first(entry.command(), label.command()).or(() -> Optional.of(command)),
        first(entry.env(), label.env()).or(() -> Optional.of(image.env())),
        text(entry.cwd(), label.cwd(), text(Optional.of(image.workingDir()), Optional.of("/"))),
        text(entry.net(), label.net(), Optional.of(ROOT)),
        text(entry.pid(), label.pid()),
        text(entry.ipc(), label.ipc(), Optional.of(ROOT)),
        text(entry.uts(), label.uts(), Optional.of(ROOT)),
        text(entry.userns(), label.userns(), Optional.of(ROOT)),
        text(entry.hostname(), label.hostname()),
        first(entry.readonly(), label.readonly()),
        first(entry.maskedPaths(), label.maskedPaths()),
        first(entry.readonlyPaths(), label.readonlyPaths()),
        first(entry.uid(), label.uid()),
        first(entry.gid(), label.gid()),
        first(entry.additionalGids(), label.additionalGids()),
        first(entry.noNewPrivileges(), label.noNewPrivileges()),
        first(entry.oomScoreAdj(), label.oomScoreAdj()),
        first(entry.rootfsPropagation(), label.rootfsPropagation()),
        first(entry.cgroupsPath(), label.cgroupsPath()),
        first(entry.resources(), label.resources()),
        first(entry.sysctl(), label.sysctl()),
        first(entry.rlimits(), label.rlimits()),
        first(entry.uidMappings(), label.uidMappings()),
        first(entry.gidMappings(), label.gidMappings()),
        first(entry.annotations(), label.annotations()),
        Optional.of(
            runtime(
                entry.runtime().orElse(RuntimeConfig.NONE),
                label.runtime().orElse(RuntimeConfig.NONE))));
  }

  private static RuntimeConfig runtime(RuntimeConfig entry, RuntimeConfig label) {
    SortedMap<String, String> bindNs = new TreeMap<>(label.bindNs());
    bindNs.putAll(entry.bindNs());
    return new RuntimeConfig(
        first(entry.cgroups(), label.cgroups()),
        first(entry.mounts(), label.mounts()),
        first(entry.mkdir(), label.mkdir()),
        first(entry.interfaces(), label.interfaces()),
        bindNs,
        first(entry.namespace(), label.namespace()));
  }

  private static <T> Optional<T> first(Optional<T> entry, Optional<T> label) {
    return entry.or(() -> label);
  }

  private static Optional<String> text(Optional<String> entry, Optional<String> label) {
    return entry.filter(text -> !text.isEmpty()).or(() -> label);
  }

  private static Optional<String> text(
      Optional<String> entry, Optional<String> label, Optional<String> otherwise) {
    return text(entry, label).filter(text -> !text.isEmpty()).or(() -> otherwise);
  }

  private static Optional<List<String>> added(
      Optional<List<String>> entry, Optional<List<String>> label, Optional<List<String>> add) {
    if (entry.isPresent()) {
      return entry;
    }
    List<String> all = new ArrayList<>(label.orElse(List.of()));
    all.addAll(add.orElse(List.of()));
    return Optional.of(all);
  }

  private static <T> List<T> map(List<T> list, UnaryOperator<T> with) {
    return list.stream().map(with).toList();
  }
}
