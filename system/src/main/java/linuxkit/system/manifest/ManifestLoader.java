package linuxkit.system.manifest;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.Progress;
import linuxkit.yaml.Diagnostic;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.DottedPath;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Position;
import linuxkit.yaml.Quote;
import linuxkit.yaml.YamlDocument;
import linuxkit.yaml.YamlNode;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Id;
import linuxkit.yaml.container.Key;

/** Reads the files of a manifest one after another, and checks them together. */
public final class ManifestLoader {
  private final Diagnostics diagnostics = new Diagnostics();
  private final ManifestReader reader = new ManifestReader();

  private ManifestLoader() {}

  /**
   * Reads the files of a manifest and appends each to those before it: keys of {@code kernel}
   * replace those of earlier files, lists are concatenated.
   *
   * @param packages finds the images for {@code @pkg:} texts
   * @param progress gets a warning for whatever is accepted but has no effect
   * @throws linuxkit.yaml.YamlFailure with all mistakes of all files
   */
  public static SystemManifest load(
      List<ManifestSource> sources, PackageResolver packages, Progress progress) {
    ManifestLoader loader = new ManifestLoader();
    for (ManifestSource source : sources) {
      loader.read(source, packages);
    }
    SystemManifest manifest = loader.reader.manifest();
    loader.check(manifest);
    loader.diagnostics.throwErrors();
    for (Diagnostic warning : loader.diagnostics.warnings()) {
      progress.warn(warning.toString());
    }
    return manifest;
  }

  private void read(ManifestSource source, PackageResolver packages) {
    Optional<YamlNode> document =
        YamlDocument.parse(source.start(), source.bytes(), diagnostics)
            .map(node -> new Templates(source.folder(), packages, diagnostics).expand(node));
    document.ifPresent(node -> NodeReader.root(node, diagnostics).fields(reader::read));
  }

  private void check(SystemManifest manifest) {
    Set<String> names = new HashSet<>();
    manifest.containers().forEach(entry -> names.add(entry.name()));
    Map<String, Position> services = new HashMap<>();
    for (ContainerEntry entry : manifest.services()) {
      Position first = services.putIfAbsent(entry.name(), entry.position());
      if (first != null) {
        diagnostics.error(
            entry.node().position("name"),
            entry.path() + ".name",
            "there is already a service " + Quote.of(entry.name()) + ", at " + first);
      }
    }
    Map<String, Volume> volumes = new HashMap<>();
    for (Volume volume : manifest.volumes()) {
      Volume first = volumes.putIfAbsent(volume.name(), volume);
      if (first != null) {
        diagnostics.error(
            volume.node().position("name"),
            volume.path() + ".name",
            "there is already a volume " + Quote.of(volume.name()) + ", at " + first.position());
      }
    }
    // A budget may be shared by manifests that do not all have every container.
    for (String name : manifest.budget().unknown(manifest.containers())) {
      manifest
          .budget()
          .position(name)
          .ifPresent(
              at ->
                  diagnostics.warn(
                      at, DottedPath.ROOT.child("budget").child(name).toString(), Budget.UNKNOWN));
    }
    VolumeReferences references = new VolumeReferences(manifest.volumes());
    for (ContainerEntry entry : manifest.containers()) {
      checkIds(entry, names);
      references.check(entry, diagnostics);
    }
    for (FileEntry file : manifest.files()) {
      file.uid().ifPresent(id -> checkId(id, names, file.node(), file.place(), "uid"));
      file.gid().ifPresent(id -> checkId(id, names, file.node(), file.place(), "gid"));
    }
  }

  private void checkIds(ContainerEntry entry, Set<String> names) {
    ContainerConfig config = entry.config();
    for (Key<Id> key : List.of(ContainerKeys.UID, ContainerKeys.GID)) {
      config.get(key).ifPresent(id -> checkId(id, names, entry.node(), entry.path(), key.name()));
    }
    for (Id id : config.list(ContainerKeys.ADDITIONAL_GIDS)) {
      checkId(id, names, entry.node(), entry.path(), ContainerKeys.ADDITIONAL_GIDS.name());
    }
  }

  private void checkId(Id id, Set<String> names, YamlNode.Mapping node, String path, String key) {
    if (id instanceof Id.Named(String name)
        && !name.isEmpty()
        && !name.equals("root")
        && !names.contains(name)) {
      diagnostics.error(
          node.position(key),
          path + "." + key,
          "there is no container named "
              + Quote.of(name)
              + ": use a number, or the name of a container");
    }
  }
}
