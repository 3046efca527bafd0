package linuxkit.packaging;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Image;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.debian.TemporaryStorage;
import linuxkit.yaml.container.ContainerConfig;

/**
 * Builds components into the image store: in this process, without root, Docker or any other
 * program, and without running any of the packaged code. For one thread, except {@link #isBuilt}.
 */
public final class PackageBuilder implements AutoCloseable {
  private final ImageStore store;
  private final List<ComponentSource> sources;
  private final Path temporary;
  private final Progress progress;
  private final Consumer<Image> kernels;

  /**
   * @param sources in the order in which they are used; closed with the builder
   * @param temporary a directory for temporary files, made if it is missing
   * @param kernels receives each kernel image built for this machine's architecture
   */
  public PackageBuilder(
      ImageStore store,
      List<ComponentSource> sources,
      Path temporary,
      Progress progress,
      Consumer<Image> kernels) {
    this.store = store;
    this.sources = List.copyOf(sources);
    this.temporary = temporary;
    this.progress = progress;
    this.kernels = kernels;
  }

  /**
   * Builds the images that are not in the store yet, and adds them to the index with the
   * component's name, which keeps its images for other platforms. An image that is there already
   * was built from the same folder with the same provenance; its Debian packages may be older.
   *
   * @param platforms in any order; the index has them in the definition's order
   * @param force whether to build images that are in the store, too
   * @return the index
   * @throws linuxkit.base.Failure if the component cannot be built; the index is unchanged then
   */
  public Descriptor build(PackageFolder folder, List<Platform> platforms, boolean force) {
    check(folder, platforms);
    Optional<Descriptor> old = store.find(folder.reference()).filter(store::isWhole);
    List<Descriptor> there = entries(old, folder);
    List<Descriptor> built = new ArrayList<>();
    for (Platform platform : platforms) {
      if (force || there.stream().noneMatch(m -> isCurrent(m, platform, folder))) {
        built.add(build(folder, platform));
      }
    }
    if (old.isPresent() && built.isEmpty()) {
      // Without the annotations that its name in the store brings along.
      return Descriptor.of(old.get().mediaType(), old.get().digest(), old.get().size());
    }
    // Another process may have built other platforms meanwhile.
    Descriptor index =
        store.rename(
            folder.reference(),
            now -> {
              List<Descriptor> all = new ArrayList<>(entries(now.filter(store::isWhole), folder));
              all.removeIf(m -> built.stream().anyMatch(b -> b.platform().equals(m.platform())));
              all.addAll(built);
              return store.add(
                  MediaTypes.OCI_INDEX, ImageDocuments.index(inOrder(all, folder.platforms())));
            });
    unpack(folder, index, built);
    return index;
  }

  /**
   * Returns whether the store has all that {@link #build} would make. Any number of threads may
   * call this at once.
   *
   * @throws linuxkit.base.Failure if the component cannot be built
   */
  public boolean isBuilt(PackageFolder folder, List<Platform> platforms) {
    check(folder, platforms);
    List<Descriptor> there = entries(store.find(folder.reference()).filter(store::isWhole), folder);
    return platforms.stream()
        .allMatch(platform -> there.stream().anyMatch(m -> isCurrent(m, platform, folder)));
  }

  private void check(PackageFolder folder, List<Platform> platforms) {
    if (sources.stream().noneMatch(source -> source.isUsedBy(folder))) {
      throw PackageFailure.needsDockerfile(
          folder.buildFile(), folder.definition().content().dockerfile());
    }
    for (Platform platform : platforms) {
      if (!folder.platforms().contains(platform)) {
        throw PackageFailure.platform(folder.buildFile(), platform.toString());
      }
    }
  }

  // An image for this machine's architecture will most likely be used right after the build.
  private void unpack(PackageFolder folder, Descriptor index, List<Descriptor> built) {
    Platform host = Platform.host();
    if (built.stream().noneMatch(m -> m.platform().equals(Optional.of(host)))) {
      return;
    }
    Image image = store.image(folder.reference(), index, host);
    image.tree();
    if (folder.definition().content().kernel()) {
      kernels.accept(image);
    }
  }

  private List<Descriptor> entries(Optional<Descriptor> named, PackageFolder folder) {
    if (named.isEmpty()) {
      return List.of();
    }
    Descriptor index = named.get();
    String name = folder.reference().toString();
    if (!MediaTypes.isIndex(index.mediaType())) {
      throw PackageFailure.notAnIndex(name);
    }
    return ImageIndex.parse(store.read(index, folder.reference()), index.mediaType(), name)
        .manifests();
  }

  private boolean isCurrent(Descriptor manifest, Platform platform, PackageFolder folder) {
    if (!manifest.platform().equals(Optional.of(platform)) || !store.has(manifest)) {
      return false;
    }
    String name = folder.reference().toString();
    ImageManifest parts =
        ImageManifest.parse(store.read(manifest, folder.reference()), manifest.mediaType(), name);
    if (!store.has(parts.config()) || !parts.layers().stream().allMatch(store::has)) {
      return false;
    }
    SortedMap<String, String> labels =
        ImageConfig.parse(store.read(parts.config(), folder.reference()), name).labels();
    return provenance(folder, platform).entrySet().stream()
        .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())));
  }

  private SortedMap<String, String> provenance(PackageFolder folder, Platform platform) {
    SortedMap<String, String> labels = new TreeMap<>();
    sources.stream()
        .filter(source -> source.isUsedBy(folder))
        .forEach(source -> labels.putAll(source.provenance(folder, platform)));
    return labels;
  }

  private static List<Descriptor> inOrder(List<Descriptor> manifests, List<Platform> order) {
    List<Descriptor> sorted = new ArrayList<>();
    for (Platform platform : order) {
      manifests.stream()
          .filter(m -> m.platform().equals(Optional.of(platform)))
          .forEach(sorted::add);
    }
    manifests.stream().filter(m -> !sorted.contains(m)).forEach(sorted::add);
    return sorted;
  }

  private Descriptor build(PackageFolder folder, Platform platform) {
    progress.info("Building " + folder.reference() + " for " + platform + ".");
    try (TemporaryStorage storage = TemporaryStorage.open(temporary)) {
      return new ImageWriter(store, storage)
          .write(
              ComponentTree.of(folder, platform, sources, storage),
              platform,
              folder.definition().defaults(),
              labels(folder, platform));
    }
  }

  private SortedMap<String, String> labels(PackageFolder folder, Platform platform) {
    BuildFile.ImageLabels defined = folder.definition().labels();
    SortedMap<String, String> labels = new TreeMap<>();
    if (!defined.gitrepo().isEmpty()) {
      labels.put("org.opencontainers.image.source", defined.gitrepo());
    }
    folder.revision().ifPresent(r -> labels.put("org.opencontainers.image.revision", r));
    defined
        .config()
        .ifPresent(config -> labels.put(ContainerConfig.LABEL, ImageDocuments.label(config)));
    labels.putAll(defined.others());
    labels.putAll(provenance(folder, platform));
    return Collections.unmodifiableSortedMap(labels);
  }

  @Override
  public void close() {
    sources.forEach(ComponentSource::close);
  }
}
