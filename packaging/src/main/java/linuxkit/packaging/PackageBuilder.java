package linuxkit.packaging;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import linuxkit.base.Lazy;
import linuxkit.base.Parallel;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Image;
import linuxkit.oci.IndexEntries;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ArchitectureNames;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.debian.TemporaryStorage;

/**
 * Builds components into the image store: in this process, without root, Docker or any other
 * program, and without running any of the packaged code. Only those with a Dockerfile are built by
 * other programs. For one thread, except {@link #find} and components with a Dockerfile.
 */
public final class PackageBuilder implements AutoCloseable {
  private final ImageStore store;
  private final List<ComponentSource> sources;
  private final Path temporary;
  private final Progress progress;
  private final Consumer<Image> kernels;
  private final ComponentIndexes indexes;
  private final Optional<Lazy<DockerfileImages>> dockerfiles;

  /**
   * Creates a builder that refuses components with a Dockerfile.
   *
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
    this(store, sources, temporary, progress, kernels, Optional.empty());
  }

  private PackageBuilder(
      ImageStore store,
      List<ComponentSource> sources,
      Path temporary,
      Progress progress,
      Consumer<Image> kernels,
      Optional<Lazy<DockerfileImages>> dockerfiles) {
    this.store = store;
    this.sources = List.copyOf(sources);
    this.temporary = temporary;
    this.progress = progress;
    this.kernels = kernels;
    this.indexes = new ComponentIndexes(store, progress);
    this.dockerfiles = dockerfiles;
  }

  /**
   * Returns this builder with another one for Dockerfiles. Close only one of the two.
   *
   * @param other called when it is first needed
   */
  public PackageBuilder with(Supplier<DockerfileImages> other) {
    return new PackageBuilder(
        store, sources, temporary, progress, kernels, Optional.of(new Lazy<>(other)));
  }

  /**
   * Returns what goes into the images of a folder besides its content; empty if it has no
   * Dockerfile.
   *
   * @throws linuxkit.base.Failure if the Dockerfile or its arguments cannot be read
   */
  public String identity(PackageFolder folder) {
    return folder.summary().usesDockerfile()
        ? dockerfiles(folder).provenance(folder).toString()
        : "";
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
    return build(folder, platforms, force, List.of());
  }

  /**
   * Builds the images that are not in the store yet, as {@link #build(PackageFolder, List,
   * boolean)}, and adds others to the index.
   *
   * @param others images in the store for further platforms, with their attestations
   */
  public Descriptor build(
      PackageFolder folder, List<Platform> platforms, boolean force, List<Descriptor> others) {
    check(folder, platforms);
    Optional<Descriptor> old = indexes.named(folder.reference());
    List<Descriptor> there = indexes.entries(old, folder.reference());
    List<Descriptor> built = new ArrayList<>();
    List<Descriptor> images =
        new ArrayList<>(images(folder, folder.reference(), platforms, force, built));
    images.addAll(IndexEntries.images(others));
    built.addAll(others);
    if (old.isPresent() && there.containsAll(images)) {
      // Without the annotations that its name in the store brings along.
      return Descriptor.of(old.get().mediaType(), old.get().digest(), old.get().size());
    }
    Descriptor index = indexes.name(folder.reference(), folder, images, built);
    new ArchitectureNames(store).update(folder.reference(), old, index);
    Reference local = LocalName.of(folder);
    if (store.find(local).isPresent()) {
      indexes.name(local, folder, images, built);
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
      indexes.name(name, folder, IndexEntries.images(built), built);
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
    return indexes.add(images);
  }

  private List<Descriptor> images(
      PackageFolder folder,
      Reference name,
      List<Platform> platforms,
      boolean force,
      List<Descriptor> built) {
    Map<String, Descriptor> images = new HashMap<>();
    List<Platform> missing = new ArrayList<>();
    for (Platform platform : platforms) {
      Optional<Descriptor> found = force ? Optional.empty() : current(folder, platform);
      found.ifPresentOrElse(
          image -> images.put(platform.toString(), image), () -> missing.add(platform));
    }
    List<List<Descriptor>> results =
        folder.summary().usesDockerfile()
            ? Parallel.map(missing, platform -> build(folder, name, platform))
            : missing.stream().map(platform -> build(folder, name, platform)).toList();
    for (int i = 0; i < missing.size(); i++) {
      images.put(missing.get(i).toString(), results.get(i).getFirst());
      built.addAll(results.get(i));
    }
    return platforms.stream().flatMap(p -> Stream.ofNullable(images.get(p.toString()))).toList();
  }

  private void check(PackageFolder folder, List<Platform> platforms) {
    if (folder.summary().usesDockerfile()) {
      dockerfiles(folder).text(folder);
    }
    for (Platform platform : platforms) {
      if (!folder.platforms().contains(platform)) {
        throw PackageFailure.platform(folder.buildFile(), platform.toString());
      }
    }
  }

  /** Returns the command that would build an image from a Dockerfile, without running it. */
  public String command(PackageFolder folder, Platform platform) {
    return dockerfiles(folder)
        .command(folder, platform, ImageDocuments.labels(folder, new TreeMap<>()));
  }

  private DockerfileImages dockerfiles(PackageFolder folder) {
    return dockerfiles
        .orElseThrow(
            () ->
                PackageFailure.needsDockerfile(
                    folder.buildFile(), folder.definition().content().dockerfile().dockerfile()))
        .get();
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

  private Optional<Descriptor> current(PackageFolder folder, Platform platform) {
    // A loop, because every build comes here: streams and lambdas take time to start.
    StringBuilder required = new StringBuilder();
    for (ComponentSource source : sources) {
      required.append(source.required(folder, platform));
    }
    return indexes.find(
        folder, platform, ComponentIndexes.with(provenance(folder, platform), required.toString()));
  }

  private SortedMap<String, String> provenance(PackageFolder folder, Platform platform) {
    if (folder.summary().usesDockerfile()) {
      return dockerfiles(folder).provenance(folder);
    }
    SortedMap<String, String> labels = new TreeMap<>();
    sources.stream()
        .filter(source -> source.isUsedBy(folder))
        .forEach(source -> labels.putAll(source.provenance(folder, platform)));
    return labels;
  }

  /** Builds one image and returns its manifest, followed by its attestations. */
  private List<Descriptor> build(PackageFolder folder, Reference name, Platform platform) {
    progress.info("Building " + name + " for " + platform + ".");
    SortedMap<String, String> provenance = provenance(folder, platform);
    List<Descriptor> result =
        folder.summary().usesDockerfile()
            ? dockerfiles(folder)
                .build(
                    folder,
                    platform,
                    ImageDocuments.labels(folder, new TreeMap<>()),
                    of -> component(of, platform))
            : List.of(write(folder, platform, provenance));
    // If the folder changed during the build, nobody knows what the image was made from.
    if (folder.isUnchanged()) {
      Stream<String> added = sources.stream().map(source -> source.added(folder, platform));
      SortedMap<String, String> exact =
          ComponentIndexes.with(provenance, added.collect(Collectors.joining()));
      for (ComponentSource source : sources) {
        indexes.keep(result.getFirst(), source.packages(folder, platform));
      }
      indexes.record(result.getFirst(), folder, platform, provenance);
      indexes.record(result.getFirst(), folder, platform, exact);
    } else {
      progress.warn(folder.path() + " changed while it was built, and will be built again.");
    }
    return result;
  }

  private synchronized Descriptor write(
      PackageFolder folder, Platform platform, SortedMap<String, String> provenance) {
    try (TemporaryStorage storage = TemporaryStorage.open(temporary)) {
      return new ImageWriter(store, storage)
          .write(
              ComponentTree.of(folder, platform, sources, storage, progress),
              platform,
              folder.definition().defaults(),
              ImageDocuments.labels(folder, provenance));
    }
  }

  // The image of another component that a Dockerfile uses.
  private Descriptor component(PackageFolder folder, Platform platform) {
    return provide(folder, List.of(platform)).getFirst();
  }

  @Override
  public void close() {
    sources.forEach(ComponentSource::close);
  }
}
