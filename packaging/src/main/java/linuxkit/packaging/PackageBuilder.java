package linuxkit.packaging;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Image;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ArchitectureNames;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.debian.TemporaryStorage;
import linuxkit.yaml.container.ContainerConfig;

/**
 * Builds components into the image store: in this process, without root, Docker or any other
 * program, and without running any of the packaged code. For one thread, except {@link #find}.
 */
public final class PackageBuilder implements AutoCloseable {
  private final ImageStore store;
  private final List<ComponentSource> sources;
  private final Path temporary;
  private final Progress progress;
  private final Consumer<Image> kernels;
  private final ImageRecords records;

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
    this.records = new ImageRecords(store.work());
  }

  /**
   * Builds the images that are not in the store yet, and gives them the name that the definition
   * asks for. Images for other platforms keep that name if they were built from the same folder. An
   * image that is there already was built from the same content with the same provenance; its
   * Debian packages may be older.
   *
   * @param platforms in any order; the index has them in the definition's order
   * @param force whether to build images that are in the store, too
   * @return the index
   * @throws linuxkit.base.Failure if the component cannot be built; the index is unchanged then
   */
  public Descriptor build(PackageFolder folder, List<Platform> platforms, boolean force) {
    check(folder, platforms);
    Optional<Descriptor> old = store.find(folder.reference()).filter(store::isWhole);
    List<Descriptor> there = entries(old, folder.reference());
    List<Descriptor> built = new ArrayList<>();
    List<Descriptor> images = images(folder, folder.reference(), platforms, force, built);
    if (old.isPresent() && there.containsAll(images)) {
      // Without the annotations that its name in the store brings along.
      return Descriptor.of(old.get().mediaType(), old.get().digest(), old.get().size());
    }
    Descriptor index = name(folder.reference(), folder, images);
    new ArchitectureNames(store).update(folder.reference(), old, index);
    Reference local = LocalName.of(folder);
    if (store.find(local).isPresent()) {
      name(local, folder, images);
    }
    unpack(folder, built);
    return index;
  }

  /**
   * Returns the images of a folder that a manifest refers to, and builds those that are not in the
   * store yet. They get no name that the definition could choose, only {@link #localName}.
   *
   * @return the manifest for each of the platforms
   * @throws linuxkit.base.Failure if the component cannot be built
   */
  public List<Descriptor> provide(PackageFolder folder, List<Platform> platforms) {
    check(folder, platforms);
    Reference name = LocalName.of(folder);
    List<Descriptor> built = new ArrayList<>();
    List<Descriptor> images = images(folder, name, platforms, false, built);
    if (!built.isEmpty()) {
      name(name, folder, built);
      unpack(folder, built);
    }
    return images;
  }

  /** Returns the name that the images of {@link #provide} have in the store. */
  public static Reference localName(PackageFolder folder) {
    return LocalName.of(folder);
  }

  /**
   * Returns what {@link #provide} would return, if all of it is in the store. Any number of threads
   * may call this at once.
   *
   * @throws linuxkit.base.Failure if the component cannot be built
   */
  public Optional<List<Descriptor>> find(PackageFolder folder, List<Platform> platforms) {
    check(folder, platforms);
    List<Descriptor> found =
        platforms.stream().flatMap(platform -> current(folder, platform).stream()).toList();
    return found.size() == platforms.size() ? Optional.of(found) : Optional.empty();
  }

  /** Puts an index of images into the store, without a name. */
  public Descriptor index(List<Descriptor> images) {
    return store.add(MediaTypes.OCI_INDEX, ImageDocuments.index(images));
  }

  private List<Descriptor> images(
      PackageFolder folder,
      Reference name,
      List<Platform> platforms,
      boolean force,
      List<Descriptor> built) {
    List<Descriptor> images = new ArrayList<>();
    for (Platform platform : platforms) {
      Optional<Descriptor> found = force ? Optional.empty() : current(folder, platform);
      if (found.isEmpty()) {
        built.add(build(folder, name, platform));
      }
      images.add(found.orElseGet(built::getLast));
    }
    return images;
  }

  private Descriptor name(Reference name, PackageFolder folder, List<Descriptor> images) {
    // Another process may have built other platforms meanwhile.
    return store.rename(
        name,
        now -> {
          List<Descriptor> all = new ArrayList<>(entries(now.filter(store::isWhole), name));
          all.removeIf(m -> images.stream().anyMatch(i -> i.platform().equals(m.platform())));
          for (Descriptor other : List.copyOf(all)) {
            if (!records.isOfContent(other, folder.contentHash())) {
              progress.info(
                  "The image of "
                      + name
                      + " for "
                      + text(other.platform())
                      + " is not kept: it was not built from this folder.");
              all.remove(other);
            }
          }
          all.addAll(images);
          return index(inOrder(all, folder.platforms()));
        });
  }

  private static String text(Optional<Platform> platform) {
    return platform.map(Platform::toString).orElse("an unknown platform");
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
  private void unpack(PackageFolder folder, List<Descriptor> built) {
    Platform host = Platform.host();
    for (Descriptor manifest : built) {
      if (manifest.platform().equals(Optional.of(host))) {
        Image image = store.image(folder.reference(), manifest, host);
        image.tree();
        if (folder.definition().content().kernel()) {
          kernels.accept(image);
        }
      }
    }
  }

  private List<Descriptor> entries(Optional<Descriptor> named, Reference name) {
    if (named.isEmpty()) {
      return List.of();
    }
    Descriptor index = named.get();
    if (!MediaTypes.isIndex(index.mediaType())) {
      throw PackageFailure.notAnIndex(name.toString());
    }
    return ImageIndex.parse(store.read(index, name), index.mediaType(), name.toString())
        .manifests();
  }

  /**
   * Returns the image in the store that was built from what the folder has now. Names only say
   * where to look: the record decides. What {@code pkg build} made comes first, because {@code
   * --force} updates the packages in it.
   */
  private Optional<Descriptor> current(PackageFolder folder, Platform platform) {
    String line = ImageRecords.line(folder.contentHash(), platform, provenance(folder, platform));
    return Stream.of(folder.reference(), LocalName.of(folder))
        .flatMap(name -> candidates(name).stream())
        .filter(manifest -> manifest.platform().equals(Optional.of(platform)))
        .filter(manifest -> records.has(manifest, line) && isComplete(manifest, folder))
        .findFirst();
  }

  // An image or index of somebody else's may have the name, even one that cannot be read.
  private List<Descriptor> candidates(Reference name) {
    try {
      return entries(store.find(name).filter(store::isWhole), name);
    } catch (Failure _) {
      return List.of();
    }
  }

  private boolean isComplete(Descriptor manifest, PackageFolder folder) {
    if (!store.has(manifest)) {
      return false;
    }
    ImageManifest parts =
        ImageManifest.parse(
            store.read(manifest, folder.reference()),
            manifest.mediaType(),
            folder.reference().toString());
    return store.has(parts.config()) && parts.layers().stream().allMatch(store::has);
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

  private Descriptor build(PackageFolder folder, Reference name, Platform platform) {
    progress.info("Building " + name + " for " + platform + ".");
    SortedMap<String, String> provenance = provenance(folder, platform);
    Descriptor manifest;
    try (TemporaryStorage storage = TemporaryStorage.open(temporary)) {
      manifest =
          new ImageWriter(store, storage)
              .write(
                  ComponentTree.of(folder, platform, sources, storage),
                  platform,
                  folder.definition().defaults(),
                  labels(folder, provenance));
    }
    // If the folder changed during the build, nobody knows what the image was made from.
    if (folder.isUnchanged()) {
      records.add(manifest, ImageRecords.line(folder.contentHash(), platform, provenance));
    } else {
      progress.warn(folder.path() + " changed while it was built, and will be built again.");
    }
    return manifest;
  }

  private static SortedMap<String, String> labels(
      PackageFolder folder, SortedMap<String, String> provenance) {
    BuildFile.ImageLabels defined = folder.definition().labels();
    SortedMap<String, String> labels = new TreeMap<>(defined.others());
    if (!defined.gitrepo().isEmpty()) {
      labels.put("org.opencontainers.image.source", defined.gitrepo());
    }
    // Not the commit: folders of the same content have the same image, whatever else changed.
    defined
        .config()
        .ifPresent(config -> labels.put(ContainerConfig.LABEL, ImageDocuments.label(config)));
    labels.putAll(provenance);
    return Collections.unmodifiableSortedMap(labels);
  }

  @Override
  public void close() {
    sources.forEach(ComponentSource::close);
  }
}
