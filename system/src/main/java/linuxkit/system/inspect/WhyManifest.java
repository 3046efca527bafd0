package linuxkit.system.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Image;
import linuxkit.oci.Images;
import linuxkit.oci.LayerChange;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.system.assembly.FoundImages;
import linuxkit.system.assembly.SystemAssembler;
import linuxkit.system.assembly.SystemTree;
import linuxkit.system.manifest.ContainerEntry;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.system.sbom.InstalledPackage.Manager;
import linuxkit.system.sbom.PackageDatabases;
import linuxkit.system.sbom.PackageLists;
import linuxkit.system.tree.AssemblyOptions;
import linuxkit.yaml.Position;

/** Assembles the system of a manifest in memory, and explains why it has a file. */
public final class WhyManifest {
  private final SystemManifest manifest;
  private final Function<Reference, Image> images;
  private final Progress progress;
  private final Map<String, Reference> references = new HashMap<>();

  private WhyManifest(
      SystemManifest manifest, Function<Reference, Image> images, Progress progress) {
    this.progress = progress;
    this.manifest = manifest;
    this.images = images;
    for (Reference reference : manifest.references().keySet()) {
      references.put(reference.toString(), reference);
    }
  }

  /**
   * Explains a file.
   *
   * @param path in the root of the running system, with or without a slash at its start
   * @param where the manifest, for failures
   * @throws linuxkit.base.Failure if the system cannot be assembled, or if no part of it has such a
   *     file; it names similar paths
   */
  public static Why ask(
      SystemManifest manifest,
      Images images,
      Platform platform,
      AssemblyOptions options,
      Progress progress,
      String path,
      String where) {
    WhyTree tree = new WhyTree();
    SystemTree system =
        SystemAssembler.assemble(
            FoundImages.find(manifest, images, platform), options, progress, tree);
    WhyManifest why =
        new WhyManifest(manifest, reference -> images.find(reference, platform), progress);
    why.checkShared(system.files(), PathLookup.clean(path), where);
    return why.explain(tree.ask(system.files(), path, where));
  }

  /** Reports the path of a file that is in another container, because both share an image. */
  private void checkShared(FileTree files, String path, String where) {
    String root = PathLookup.containerRoot(path);
    if (root.isEmpty() || PathLookup.find(files, path).isPresent()) {
      return;
    }
    for (ContainerEntry entry : manifest.containers()) {
      if (path.startsWith(entry.folder() + "/")) {
        for (ContainerEntry first : manifest.containers()) {
          for (String name : List.of("lower", "rootfs")) {
            String shared = first.folder() + "/" + name + path.substring(root.length());
            if (first.reference().equals(entry.reference())
                && PathLookup.find(files, shared).isPresent()) {
              throw new InspectionFailure(
                  "there is no /" + path,
                  where,
                  "ask for /" + shared + ": " + entry.name() + " shares the files of its image",
                  null);
            }
          }
        }
      }
    }
  }

  private Why explain(Why why) {
    List<Why.Source> sources = new ArrayList<>();
    for (Why.Source source : why.sources()) {
      sources.addAll(explain(why.path(), source));
    }
    return new Why(why.path(), why.node(), sources);
  }

  /** Returns a source, followed by what it hides in its own image. */
  private List<Why.Source> explain(String path, Why.Source source) {
    Optional<Position> position = manifest.position(source.part());
    Reference reference = references.get(source.image());
    if (reference == null) {
      return List.of(with(source, position, "", source.remark()));
    }
    Image image = images.apply(reference);
    String digest = image.digest().toString();
    if (source.part().equals("kernel")) {
      return List.of(with(source, position, digest, packages(image)));
    }
    String root = PathLookup.containerRoot(path);
    String own = path.equals(root) ? path : path.substring(root.isEmpty() ? 0 : root.length() + 1);
    List<LayerChange> history = image.history(own);
    List<Why.Source> all = new ArrayList<>();
    String remark = source.layer().isEmpty() ? "made by linuxkit for this part" : "";
    all.add(with(source, position, digest, remark));
    for (LayerChange change : history.reversed()) {
      if (!change.layer().toString().equals(source.layer())) {
        all.add(
            new Why.Source(
                change.node(),
                source.part(),
                position,
                source.image(),
                digest,
                change.layer().toString(),
                ""));
      }
    }
    return all;
  }

  /** Names the packages of the kernel's image, whose files do not say which they belong to. */
  private String packages(Image image) {
    List<String> names = new ArrayList<>();
    for (Content list : PackageDatabases.of(image.tree()).dpkg()) {
      PackageLists.read(list, Manager.DPKG, image.reference().toString(), progress::warn)
          .forEach(each -> names.add(each.name() + " " + each.version()));
    }
    return names.isEmpty() ? "" : "packages of the image: " + String.join(", ", names);
  }

  private static Why.Source with(
      Why.Source source, Optional<Position> position, String digest, String remark) {
    return new Why.Source(
        source.node(), source.part(), position, source.image(), digest, source.layer(), remark);
  }
}
