package linuxkit.system.assembly;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Origin;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Image;
import linuxkit.oci.Reference;
import linuxkit.system.manifest.ConfigPositions;
import linuxkit.system.manifest.ContainerEntry;
import linuxkit.system.manifest.ImageLabel;
import linuxkit.system.manifest.ServiceOrder;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.system.manifest.VolumeReferences;
import linuxkit.system.sbom.ImagePart;
import linuxkit.system.spec.ConfigMerge;
import linuxkit.system.spec.ContainerIds;
import linuxkit.system.spec.IdRange;
import linuxkit.system.spec.ImageDefaults;
import linuxkit.system.spec.ImageFacts;
import linuxkit.system.spec.LabelRights;
import linuxkit.system.spec.RuntimeJson;
import linuxkit.system.spec.RuntimeSpec;
import linuxkit.system.spec.Supervision;
import linuxkit.system.tree.ImageFiles;
import linuxkit.system.tree.LabelRules;
import linuxkit.system.tree.ShiftedOwners;
import linuxkit.system.tree.TreeBuilder;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Mount;
import linuxkit.yaml.container.RuntimeConfig;

/** Adds the containers: for each a folder with config.json, runtime.json and its image's files. */
final class ContainerStep {
  // Indented for people, except for hundreds of system calls.
  private static final JsonFormat FORMAT = JsonFormat.indented(4).withHtmlSafe().withLongLists(100);

  /**
   * A container with its merged configuration.
   *
   * @param shifted the ids of its files' owners, if they are not those of the image
   */
  private record Configured(
      ContainerEntry entry, ImageLabel label, ContainerConfig config, Optional<IdRange> shifted) {}

  private final SystemManifest manifest;
  private final SystemImages images;
  private final ImageChecks checks;
  private final TreeBuilder builder;
  private final Progress progress;
  private final List<Configured> configured = new ArrayList<>();
  private final Map<Reference, String> unpacked = new HashMap<>();
  private final Map<Reference, ImageFacts> facts = new HashMap<>();
  private final ContainerIds ids;
  private final List<ImagePart> parts = new ArrayList<>();
  private final Map<String, Set<String>> labelRights = new HashMap<>();
  private final Diagnostics mountWarnings = new Diagnostics();
  private final List<MountChecks.Placed> placed = new ArrayList<>();

  ContainerStep(
      SystemManifest manifest,
      SystemImages images,
      ImageChecks checks,
      TreeBuilder builder,
      Progress progress) {
    this.manifest = manifest;
    this.images = images;
    this.checks = checks;
    this.builder = builder;
    this.progress = progress;
    this.ids = new ContainerIds(manifest.containers().stream().map(ContainerEntry::name).toList());
  }

  /**
   * Merges the configuration of every container, before anything is unpacked, and reports the
   * rights that a container gets from the label of its image.
   *
   * @throws linuxkit.yaml.YamlFailure with all mistakes of all containers and labels
   */
  void configure(LabelRules rules) {
    Diagnostics diagnostics = new Diagnostics();
    // A label that is ignored may be invalid.
    Diagnostics ofLabels = rules.ignored() ? new Diagnostics() : diagnostics;
    Set<String> ignoredUsers = new LinkedHashSet<>();
    VolumeReferences volumes = new VolumeReferences(manifest.volumes());
    Map<Reference, ImageLabel> labels = new HashMap<>();
    ServiceOrder order = new ServiceOrder();
    for (ContainerEntry entry : manifest.containers()) {
      Image image = images.image(entry.reference());
      ImageLabel label =
          labels.computeIfAbsent(entry.reference(), _ -> ImageLabel.read(image, ofLabels));
      reportRights(entry, label, rules);
      ContainerConfig labelled = rules.ignored() ? ContainerConfig.EMPTY : label.config();
      ContainerConfig config =
          ConfigMerge.merge(
              entry.config(), labelled, image.config(), volumes::resolve, volumes::resolve);
      ConfigPositions places = new ConfigPositions(entry, label, diagnostics);
      volumes.checkEffective(config, places);
      order.add(config, places);
      Optional<IdRange> shifted =
          IdRange.isWanted(config) ? Optional.of(IdRange.of(configured.size())) : Optional.empty();
      ContainerConfig mapped = shifted.map(range -> range.apply(config, places)).orElse(config);
      configured.add(new Configured(entry, label, mapped, shifted));
      // For its mistakes only: the files of the image are not read yet.
      RuntimeSpec.json(mapped, ids, images.architecture(), places);
      ImageDefaults.ignoredUser(
              config, entry.reference().toString(), image.config().process().user())
          .ifPresent(ignoredUsers::add);
    }
    order.check();
    diagnostics.throwErrors();
    ignoredUsers.forEach(progress::warn);
    // Several containers may share a label.
    diagnostics.warnings().stream()
        .distinct()
        .forEach(warning -> progress.warn(warning.toString()));
  }

  private void reportRights(ContainerEntry entry, ImageLabel label, LabelRules rules) {
    SequencedSet<String> rights = LabelRights.of(entry.config(), label.config());
    if (rights.isEmpty()) {
      return;
    }
    if (!rules.ignored()) {
      // As a component of the system is called.
      String name = entry.folder().substring("containers/".length()).replace('/', '.');
      labelRights.put(name, rights);
    }
    String line =
        "%s.%s: %s asks for: %s (label %s%s)"
            .formatted(
                entry.section().key(),
                entry.name(),
                entry.reference(),
                LabelRights.summary(rights),
                ContainerConfig.LABEL,
                rules.ignored() ? ", ignored" : "");
    if (rules.own().contains(entry.reference())) {
      progress.detail(line);
    } else {
      progress.info(line);
    }
  }

  /** Returns the rights that containers have by the labels of their images. */
  Map<String, Set<String>> labelRights() {
    return labelRights;
  }

  /** Adds all containers. {@link #configure} must have been called. */
  void add() {
    Optional<ContainerEntry.Section> section = Optional.empty();
    for (Configured container : configured) {
      ContainerEntry entry = container.entry();
      if (!section.equals(Optional.of(entry.section()))) {
        section = Optional.of(entry.section());
        progress.info(
            switch (entry.section()) {
              case ONBOOT -> "Add onboot containers:";
              case ONSHUTDOWN -> "Add onshutdown containers:";
              case SERVICES -> "Add service containers:";
            });
      }
      progress.info("  Create OCI config for " + entry.image());
      add(container);
    }
  }

  /** Warns of mounts that keep a container from starting. All other files must have been added. */
  void checkMounts() {
    MountChecks.check(builder.tree(), placed);
    // Several containers may share a label.
    mountWarnings.warnings().stream()
        .distinct()
        .forEach(warning -> progress.warn(warning.toString()));
  }

  /** Returns whether any container has a writable root file system. */
  boolean anyIsWritable() {
    return configured.stream()
        .anyMatch(container -> !container.config().isSet(ContainerKeys.READONLY));
  }

  /** Returns the images that {@link #add} unpacked, each once. */
  List<ImagePart> parts() {
    return parts;
  }

  private void add(Configured container) {
    ContainerEntry entry = container.entry();
    String folder = entry.folder();
    String source = entry.reference().toString();
    Origin origin = new Origin(entry.location(), source, "");
    boolean readonly = container.config().isSet(ContainerKeys.READONLY);
    String own = folder + (readonly ? "/rootfs" : "/lower");
    String root =
        container.shifted().isPresent()
            ? own
            : Optional.ofNullable(unpacked.putIfAbsent(entry.reference(), own)).orElse(own);
    if (root.equals(own)) {
      builder.directories(root, origin);
      unpack(container, root);
    } else {
      builder.directories(folder, origin);
    }
    json(folder + "/config.json", spec(container), origin);
    ConfigPositions places = new ConfigPositions(entry, container.label(), mountWarnings);
    placed.add(new MountChecks.Placed(container.config(), places, root));
    List<Mount> mounts;
    if (readonly) {
      if (!root.equals(own)) {
        builder.directory(own, origin);
      }
      mounts = List.of(new Mount("/" + own, "", "/" + root, List.of("bind")));
    } else {
      builder.directory(folder + "/tmp", origin);
      builder.directory(folder + "/rootfs", origin);
      mounts = overlay("/" + folder, "/" + root, container.config());
    }
    RuntimeConfig runtime =
        container.config().get(ContainerKeys.RUNTIME).orElse(RuntimeConfig.NONE);
    JsonObject runtimeJson = RuntimeJson.json(runtime, mounts);
    json(
        folder + "/runtime.json",
        entry.section() == ContainerEntry.Section.SERVICES
            ? Supervision.add(runtimeJson, container.config())
            : runtimeJson,
        origin);
  }

  /** Adds the files of a container's image. */
  private void unpack(Configured container, String root) {
    ContainerEntry entry = container.entry();
    FileTree files = images.tree(entry.reference());
    facts.computeIfAbsent(entry.reference(), _ -> ImageFacts.of(files));
    checks.check(files, entry.reference(), entry.position());
    ImageFiles.prepare(files, ImageFiles.ResolvConf.FILE, builder.modified());
    container.shifted().ifPresent(range -> ShiftedOwners.shift(files, range.start(), IdRange.SIZE));
    builder.overlay(files, root, entry.location(), entry.reference().toString());
    parts.add(images.part(entry.reference(), entry.location(), root));
  }

  private JsonObject spec(Configured container) {
    ContainerEntry entry = container.entry();
    Diagnostics diagnostics = new Diagnostics();
    ConfigPositions places = new ConfigPositions(entry, container.label(), diagnostics);
    ContainerConfig config =
        ImageDefaults.complete(
            container.config(),
            facts.getOrDefault(entry.reference(), ImageFacts.NONE),
            images.image(entry.reference()).config().process().user(),
            places);
    diagnostics.throwErrors();
    return RuntimeSpec.json(config, ids, images.architecture(), places);
  }

  private static List<Mount> overlay(String folder, String lower, ContainerConfig config) {
    String tmp = folder + "/tmp";
    return List.of(
        new Mount(tmp, "tmpfs", "tmpfs", layerOptions(config)),
        new Mount(tmp, "", "", remountOptions(config)),
        new Mount(
            folder + "/rootfs",
            "overlay",
            "overlay",
            List.of(
                "lowerdir=" + lower, "upperdir=" + tmp + "/upper", "workdir=" + tmp + "/work")));
  }

  // A remount clears the flags that it does not repeat.
  private static List<String> remountOptions(ContainerConfig config) {
    return config.get(ContainerKeys.ROOTFS_SIZE).isPresent()
        ? List.of("remount", "private", "nosuid", "nodev")
        : List.of("remount", "private");
  }

  // Without a size, the guest decides about the limits of the layer.
  private static List<String> layerOptions(ContainerConfig config) {
    return config
        .get(ContainerKeys.ROOTFS_SIZE)
        .map(size -> List.of("nosuid", "nodev", "size=" + size))
        .orElse(List.of());
  }

  private void json(String path, JsonObject json, Origin origin) {
    byte[] text = FORMAT.write(json).getBytes(StandardCharsets.UTF_8);
    builder.file(path, 0644, Content.of(text), origin);
  }
}
