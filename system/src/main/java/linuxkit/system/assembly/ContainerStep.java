package linuxkit.system.assembly;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
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
import linuxkit.system.spec.LabelRights;
import linuxkit.system.spec.RuntimeJson;
import linuxkit.system.spec.RuntimeSpec;
import linuxkit.system.spec.Supervision;
import linuxkit.system.tree.ImageFiles;
import linuxkit.system.tree.LabelRules;
import linuxkit.system.tree.TreeBuilder;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Mount;
import linuxkit.yaml.container.RuntimeConfig;

/** Adds the containers: for each a folder with config.json, runtime.json and its image's files. */
final class ContainerStep {
  private static final JsonFormat FORMAT = JsonFormat.indented(4).withHtmlSafe();

  /** A container with its merged configuration. */
  private record Configured(ContainerEntry entry, ContainerConfig config, JsonObject spec) {}

  private final SystemManifest manifest;
  private final SystemImages images;
  private final ImageChecks checks;
  private final TreeBuilder builder;
  private final Progress progress;
  private final List<Configured> configured = new ArrayList<>();
  private final Map<Reference, String> unpacked = new HashMap<>();
  private final List<ImagePart> parts = new ArrayList<>();
  private final Map<String, Set<String>> labelRights = new HashMap<>();

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
    ContainerIds ids =
        new ContainerIds(manifest.containers().stream().map(ContainerEntry::name).toList());
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
      configured.add(new Configured(entry, config, RuntimeSpec.json(config, ids, places)));
    }
    order.check();
    diagnostics.throwErrors();
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
    String root = unpacked.putIfAbsent(entry.reference(), own);
    if (root == null) {
      root = own;
      builder.directories(root, origin);
      FileTree files = images.tree(entry.reference());
      checks.check(files, entry.reference(), entry.position());
      builder.overlay(
          ImageFiles.prepare(files, ImageFiles.ResolvConf.FILE, builder.modified()),
          root,
          entry.location(),
          source);
      parts.add(images.part(entry.reference(), entry.location(), root));
    } else {
      builder.directories(folder, origin);
    }
    json(folder + "/config.json", container.spec(), origin);
    List<Mount> mounts;
    if (readonly) {
      if (!root.equals(own)) {
        builder.directory(own, origin);
      }
      mounts = List.of(new Mount("/" + own, "", "/" + root, List.of("bind")));
    } else {
      builder.directory(folder + "/tmp", origin);
      builder.directory(folder + "/rootfs", origin);
      mounts = overlay("/" + folder, "/" + root);
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

  private static List<Mount> overlay(String folder, String lower) {
    String tmp = folder + "/tmp";
    return List.of(
        new Mount(tmp, "tmpfs", "tmpfs", List.of()),
        new Mount(tmp, "", "", List.of("remount", "private")),
        new Mount(
            folder + "/rootfs",
            "overlay",
            "overlay",
            List.of(
                "lowerdir=" + lower, "upperdir=" + tmp + "/upper", "workdir=" + tmp + "/work")));
  }

  private void json(String path, JsonObject json, Origin origin) {
    byte[] text = FORMAT.write(json).getBytes(StandardCharsets.UTF_8);
    builder.file(path, 0644, Content.of(text), origin);
  }
}
