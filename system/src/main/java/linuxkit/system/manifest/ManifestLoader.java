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
import linuxkit.yaml.container.Id;

/** Reads the files of a manifest one after another, and checks what they say together. */
final class ManifestLoader {
  private final Diagnostics diagnostics = new Diagnostics();
  private final ManifestReader reader = new ManifestReader(diagnostics);

  private ManifestLoader() {}

  static SystemManifest load(
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
            .map(
                node ->
                    source
                        .folder()
                        .map(folder -> new Templates(folder, packages, diagnostics).expand(node))
                        .orElse(node));
    document.ifPresent(node -> NodeReader.root(node, diagnostics).mapping(reader::read));
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
            "there is another service " + Quote.of(entry.name()) + ", at " + first);
      }
    }
    Map<String, Volume> volumes = new HashMap<>();
    for (Volume volume : manifest.volumes()) {
      Volume first = volumes.putIfAbsent(volume.name(), volume);
      if (first != null) {
        diagnostics.error(
            volume.node().position("name"),
            volume.path() + ".name",
            "there is another volume " + Quote.of(volume.name()) + ", at " + first.position());
      }
    }
    // A budget may be shared by manifests that do not all have every container.
    for (String name : manifest.budget().unknown(manifest)) {
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
    config.uid().ifPresent(id -> checkId(id, names, entry.node(), entry.path(), "uid"));
    config.gid().ifPresent(id -> checkId(id, names, entry.node(), entry.path(), "gid"));
    for (Id id : config.additionalGids().orElse(List.of())) {
      checkId(id, names, entry.node(), entry.path(), "additionalGids");
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
          "there is no container " + Quote.of(name) + " whose id could be meant");
    }
  }
}
