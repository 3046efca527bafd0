package linuxkit.system.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import linuxkit.oci.ImageConfig;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Key;
import linuxkit.yaml.container.Mount;
import linuxkit.yaml.container.RuntimeConfig;

/**
 * Merges what a manifest's entry, the label of its image and the image itself say about a
 * container. The entry wins over the label, the label over the image. The image's volumes, ports
 * and health check are ignored; {@link ImageDefaults} decides about its user.
 */
public final class ConfigMerge {
  private static final String ROOT = "root";

  private ConfigMerge() {}

  /**
   * Returns the configuration in effect: {@code .add} lists are merged in, and {@code command},
   * {@code env}, {@code cwd} and {@code runtime} are always present.
   *
   * @param bind changes the binds of the entry (but not of the label)
   * @param mount changes the mounts of the entry (but not of the label)
   */
  public static ContainerConfig merge(
      ContainerConfig entry,
      ContainerConfig label,
      ImageConfig image,
      UnaryOperator<String> bind,
      UnaryOperator<Mount> mount) {
    ContainerConfig own =
        entry
            .mapEach(ContainerKeys.BINDS, bind)
            .mapEach(ContainerKeys.BINDS_ADD, bind)
            .mapEach(ContainerKeys.MOUNTS, mount);
    List<String> command = new ArrayList<>(image.process().entrypoint());
    command.addAll(image.process().cmd());
    ContainerConfig merged = own.over(withoutOtherUser(own, label));
    merged = add(merged, own, label, ContainerKeys.CAPABILITIES, ContainerKeys.CAPABILITIES_ADD);
    merged = add(merged, own, label, ContainerKeys.BINDS, ContainerKeys.BINDS_ADD);
    merged = orElse(merged, ContainerKeys.COMMAND, command);
    merged = orElse(merged, ContainerKeys.ENV, image.process().env());
    merged = orElse(merged, ContainerKeys.RUNTIME, RuntimeConfig.NONE);
    merged = orText(merged, ContainerKeys.CWD, image.process().workingDir());
    merged = orText(merged, ContainerKeys.CWD, "/");
    if (!image.process().stopSignal().isEmpty()) {
      merged = orText(merged, ContainerKeys.STOP_SIGNAL, image.process().stopSignal());
    }
    merged = orText(merged, ContainerKeys.NET, ROOT);
    merged = orText(merged, ContainerKeys.IPC, ROOT);
    merged = orText(merged, ContainerKeys.UTS, ROOT);
    return orText(merged, ContainerKeys.USERNS, ROOT);
  }

  /** Drops the user of the label if the entry gives one in another way. */
  private static ContainerConfig withoutOtherUser(ContainerConfig entry, ContainerConfig label) {
    if (entry.get(ContainerKeys.USER).isPresent()) {
      return label
          .without(ContainerKeys.UID)
          .without(ContainerKeys.GID)
          .without(ContainerKeys.ADDITIONAL_GIDS);
    }
    return entry.get(ContainerKeys.UID).isPresent() ? label.without(ContainerKeys.USER) : label;
  }

  private static ContainerConfig add(
      ContainerConfig merged,
      ContainerConfig entry,
      ContainerConfig label,
      Key<List<String>> key,
      Key<List<String>> addKey) {
    ContainerConfig rest = merged.without(addKey);
    if (entry.get(key).isPresent()) {
      return rest;
    }
    List<String> all = new ArrayList<>(label.list(key));
    all.addAll(entry.list(addKey));
    return rest.with(key, List.copyOf(all));
  }

  private static <T> ContainerConfig orElse(ContainerConfig config, Key<T> key, T otherwise) {
    return config.get(key).isPresent() ? config : config.with(key, otherwise);
  }

  private static ContainerConfig orText(ContainerConfig config, Key<String> key, String otherwise) {
    return config.get(key).orElse("").isEmpty() ? config.with(key, otherwise) : config;
  }
}
