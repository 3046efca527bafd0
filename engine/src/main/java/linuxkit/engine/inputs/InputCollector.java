package linuxkit.engine.inputs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.engine.trust.TrustGate;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.LocalName;
import linuxkit.packaging.PackageRecords;
import linuxkit.system.assembly.FoundImages;
import linuxkit.system.assembly.SystemTree;
import linuxkit.system.inspect.InspectedSystem;
import linuxkit.system.inspect.SystemPackages;
import linuxkit.system.tree.AssemblyOptions;
import linuxkit.trust.policy.Decision;

/** Collects what a build has used. */
public final class InputCollector {
  private final ImageStore store;
  private final AssemblyOptions options;
  private final Optional<TrustGate> trust;
  private final Progress progress;

  /**
   * @param trust what has decided about the images, if there is a policy
   */
  public InputCollector(
      ImageStore store, AssemblyOptions options, Optional<TrustGate> trust, Progress progress) {
    this.store = store;
    this.options = options;
    this.trust = trust;
    this.progress = progress;
  }

  /**
   * Collects what a system was made from.
   *
   * @param manifests the bytes of each, in order
   * @param lock the SHA-256 of the lock file, if there was one
   * @param loaders the images of boot loaders
   * @param bases what Dockerfiles were built from: indexes, or manifests of other components
   * @throws linuxkit.base.Failure if a file or an image cannot be read
   */
  public BuildInputs collect(
      List<byte[]> manifests,
      String epoch,
      Optional<String> lock,
      FoundImages found,
      List<Image> loaders,
      Map<Reference, Descriptor> bases,
      SystemTree system) {
    List<UsedImage> images = new ArrayList<>();
    found.images().forEach((reference, image) -> images.add(used(reference, image)));
    found.copied().forEach((reference, root) -> images.add(copied(reference, root)));
    loaders.forEach(image -> images.add(used(image.reference(), image)));
    bases.forEach((reference, root) -> images.add(base(reference, root)));
    SortedMap<String, String> sboms = new TreeMap<>();
    options
        .sbom()
        .ifPresent(
            sbom -> sbom.paths().values().forEach(path -> digest(system.files(), path, sboms)));
    try {
      return new BuildInputs(
          manifests, images, unused(found, loaders), found.files(options), epoch, lock, sboms);
    } catch (IOException e) {
      throw FileFailure.of("cannot read a file that the manifest takes", Path.of(""), e);
    }
  }

  private static List<Reference> unused(FoundImages found, List<Image> loaders) {
    Set<Reference> used = loaders.stream().map(Image::reference).collect(Collectors.toSet());
    return found.bootLoaders().stream()
        .filter(reference -> !used.contains(reference) && !LocalName.is(reference))
        .toList();
  }

  private static void digest(FileTree files, String path, Map<String, String> digests) {
    Node node = files.find(path).map(FileTree.Entry::node).orElse(null);
    if (node instanceof Node.RegularFile file) {
      digests.put(path, file.content().sha256());
    }
  }

  private UsedImage used(Reference reference, Image image) {
    return new UsedImage(
        reference,
        image.root(),
        described(reference, image.root()),
        Optional.of(image.digest()),
        LocalName.is(reference) ? packages(image) : List.of(),
        decisions(reference, image.root()));
  }

  private UsedImage copied(Reference reference, Descriptor root) {
    return new UsedImage(
        reference,
        root.digest(),
        Optional.of(root),
        Optional.empty(),
        List.of(),
        decisions(reference, root.digest()));
  }

  private UsedImage base(Reference reference, Descriptor root) {
    return new UsedImage(
        reference,
        root.digest(),
        Optional.of(root),
        LocalName.is(reference) ? Optional.of(root.digest()) : Optional.empty(),
        LocalName.is(reference) ? kept(root.digest()).orElse(List.of()) : List.of(),
        decisions(reference, root.digest()));
  }

  // No gate is asked about the images of component folders.
  private List<Decision> decisions(Reference reference, Digest root) {
    if (trust.isEmpty()) {
      return List.of();
    }
    return LocalName.is(reference)
        ? List.of(
            new Decision.Allowed(
                TrustGate.OWN, "", "this user built it", List.of(), Optional.empty()))
        : trust.get().about(reference, root);
  }

  private Optional<Descriptor> described(Reference reference, Digest root) {
    return store.find(reference).filter(named -> named.digest().equals(root));
  }

  private List<UsedImage.UsedPackage> packages(Image image) {
    return kept(image.digest()).orElseGet(() -> listed(image));
  }

  private Optional<List<UsedImage.UsedPackage>> kept(Digest manifest) {
    return PackageRecords.of(store.work(), manifest)
        .map(
            packages ->
                packages.stream()
                    .map(
                        each ->
                            new UsedImage.UsedPackage(
                                "deb",
                                each.name(),
                                each.version(),
                                each.architecture(),
                                each.sha256()))
                    .toList());
  }

  private List<UsedImage.UsedPackage> listed(Image image) {
    return SystemPackages.read(new InspectedSystem(image.tree(), "", true), progress).stream()
        .map(each -> new UsedImage.UsedPackage(each.kind(), each.name(), each.version(), "", ""))
        .distinct()
        .toList();
  }
}
