package linuxkit.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.archive.ImageExport;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.builder.Builders;
import linuxkit.packaging.builder.ImageBuilder;
import linuxkit.packaging.builder.ImageRequest;
import linuxkit.packaging.definition.BuildFile;
import linuxkit.packaging.dockerfile.BaseLayout;
import linuxkit.packaging.dockerfile.BuildContext;
import linuxkit.packaging.dockerfile.BuiltImage;
import linuxkit.packaging.dockerfile.DependedImages;
import linuxkit.packaging.dockerfile.Dockerfile;
import linuxkit.packaging.dockerfile.DockerfileKeys;
import linuxkit.packaging.dockerfile.DockerfileOptions;
import linuxkit.packaging.dockerfile.DockerfileRules;
import linuxkit.packaging.dockerfile.LockedBases;
import linuxkit.packaging.dockerfile.StoredBases;
import linuxkit.packaging.dockerfile.WorkFolder;

/**
 * Builds the images of components that have a Dockerfile, by other programs. Safe for use by
 * several threads.
 */
public final class DockerfileImages {
  private static final int MAX_DEPTH = 32;

  private final Map<Path, BuildArguments> known = new ConcurrentHashMap<>();
  private final Map<Path, SortedMap<String, String>> values = new ConcurrentHashMap<>();
  private final Map<Path, String> provenances = new ConcurrentHashMap<>();
  private final ImageStore store;
  private final Images images;
  private final Builders builders;
  private final DockerfileOptions options;
  private final Optional<LockedBases> locked;
  private final Path temporary;
  private final Progress progress;

  /**
   * @param images fetches what {@code depends} and {@code --precache-images} ask for
   * @param locked what bases must be; empty if any will do
   * @param temporary a directory for temporary files, made if it is missing
   */
  public DockerfileImages(
      ImageStore store,
      Images images,
      Builders builders,
      DockerfileOptions options,
      Optional<LockedBases> locked,
      Path temporary,
      Progress progress) {
    this.store = store;
    this.images = images;
    this.builders = builders;
    this.options = options;
    this.locked = locked;
    this.temporary = temporary;
    this.progress = progress;
  }

  /**
   * Returns the components whose images the Dockerfile uses, by arguments such as
   * {@code @lkt:pkg:FOLDER}.
   *
   * @throws linuxkit.base.Failure if the Dockerfile or an argument cannot be read
   */
  public List<PackageFolder> uses(PackageFolder folder) {
    List<Dockerfile.Base> bases = basesOf(folder);
    return arguments(folder).components().stream()
        .filter(component -> bases.stream().anyMatch(base -> base.names(component.reference())))
        .toList();
  }

  /**
   * Returns the names of all images that the Dockerfile or its context uses.
   *
   * @throws linuxkit.base.Failure if the Dockerfile or an argument cannot be read
   */
  public List<Reference> bases(PackageFolder folder) {
    List<Reference> bases =
        new ArrayList<>(new DependedImages(folder.path(), keys(folder).depends()).references());
    basesOf(folder).stream().flatMap(base -> base.reference().stream()).forEach(bases::add);
    return bases;
  }

  /**
   * Returns the images of registries that the Dockerfile or its context uses, by their names there.
   */
  public SortedMap<String, Reference> registryImages(PackageFolder folder) {
    SortedMap<String, Reference> all = new TreeMap<>();
    bases(folder).forEach(reference -> all.put(reference.toString(), reference));
    for (Dockerfile.Base base : basesOf(folder)) {
      base.reference().ifPresent(reference -> all.remove(reference.toString()));
      base.reference().ifPresent(reference -> all.put(base.name(), reference));
    }
    List<Reference> components = uses(folder).stream().map(PackageFolder::reference).toList();
    all.values().removeIf(image -> LocalName.is(image) || components.contains(image));
    return all;
  }

  /**
   * Returns what goes into the image besides the folder.
   *
   * @throws PackageFailure if components use each other in a circle
   */
  SortedMap<String, String> provenance(PackageFolder folder) {
    return provenance(folder, 0);
  }

  private SortedMap<String, String> provenance(PackageFolder folder, int depth) {
    if (depth > MAX_DEPTH) {
      throw PackageFailure.circle(folder.buildFile());
    }
    DockerfileKeys keys = keys(folder);
    SortedMap<String, String> all = new TreeMap<>();
    all.put("dockerfile", keys.dockerfile());
    all.put("network", String.valueOf(keys.network()));
    // An image made without a trust policy may have any base.
    if (options.verifiedBases()) {
      all.put("bases", "verified");
    }
    locked.ifPresent(
        lock ->
            registryImages(folder)
                .forEach((name, base) -> all.put("base " + name, lock.image(base).digest() + "")));
    arguments(folder).given().forEach((name, value) -> all.put("argument " + name, value));
    // A component may get its own content from others without getting another name.
    for (PackageFolder used : uses(folder)) {
      // Each once: folders that all use the same two would double time and size at every step.
      Path key = key(used);
      String more = used.summary().usesDockerfile() ? provenances.get(key) : "";
      if (more == null) {
        more = Digest.sha256(provenance(used, depth + 1).toString().getBytes(UTF_8)).toString();
        provenances.put(key, more);
      }
      String packages = locked.map(lock -> lock.packages(used.path())).orElse("");
      all.put("component " + used.reference(), used.contentHash() + more + packages);
    }
    return all;
  }

  /**
   * Builds an image.
   *
   * @param labels all of the image's own
   * @param components returns the image of a component that the Dockerfile uses
   * @return the image's manifest, then its attestations; they have no name in the store
   * @throws linuxkit.base.Failure if it cannot be built
   */
  List<Descriptor> build(
      PackageFolder folder,
      Platform platform,
      SortedMap<String, String> labels,
      Function<PackageFolder, Descriptor> components) {
    ImageBuilder builder = builders.of(platform);
    try (WorkFolder work = WorkFolder.create(temporary, progress)) {
      ImageRequest request = request(folder, platform, labels, components, work.path());
      Path file = folder.path().resolve(request.dockerfile());
      String text = text(folder);
      Dockerfile.checkCopy(file, text, request.context().resolve(request.dockerfile()));
      DockerfileRules.check(file, text, request.arguments(), request.network());
      builder.check(file, text, request);
      Path archive = work.path().resolve("image.tar");
      builder.build(request, archive);
      return BuiltImage.add(store, archive, platform, folder.path().toString());
    }
  }

  /** Returns the command that would build an image, without running it. */
  String command(PackageFolder folder, Platform platform, SortedMap<String, String> labels) {
    DockerfileKeys keys = keys(folder);
    ImageRequest request =
        new ImageRequest(
            folder.path().toAbsolutePath().normalize(),
            keys.dockerfile(),
            platform,
            values(folder),
            labels(folder, labels),
            List.of(),
            keys.network(),
            !keys.disableCache());
    return String.join(" ", builders.of(platform).command(request, Path.of("image.tar")));
  }

  /** Loads the image for a platform into Docker, which knows it by the name in the export. */
  public void load(ImageExport export, Platform platform) {
    try (WorkFolder work = WorkFolder.create(temporary, progress)) {
      Path archive = work.path().resolve("image.tar");
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive))) {
        export.writeDocker(platform, out);
      } catch (IOException e) {
        throw FileFailure.of("cannot write an archive for Docker", archive, e);
      }
      builders.load(archive);
    }
  }

  private ImageRequest request(
      PackageFolder folder,
      Platform platform,
      SortedMap<String, String> labels,
      Function<PackageFolder, Descriptor> components,
      Path work) {
    DockerfileKeys keys = keys(folder);
    List<ImageRequest.Base> stored =
        stored(basesOf(folder), arguments(folder).components(), components, platform, work);
    return new ImageRequest(
        context(folder, keys, platform, work),
        keys.dockerfile(),
        platform,
        values(folder),
        labels(folder, labels),
        stored,
        keys.network(),
        !keys.disableCache());
  }

  private SortedMap<String, String> labels(PackageFolder folder, SortedMap<String, String> labels) {
    SortedMap<String, String> all = new TreeMap<>(options.labels());
    Optional.ofNullable(values(folder).get("REVISION"))
        .ifPresent(revision -> all.put("org.opencontainers.image.revision", revision));
    all.putAll(labels);
    return all;
  }

  private Path context(PackageFolder folder, DockerfileKeys keys, Platform platform, Path work) {
    BuildContext context = new BuildContext(folder.path(), work.resolve("context"));
    for (BuildFile.ExtraSource extra : folder.definition().extraSources()) {
      context.add(folder.path().resolve(extra.source()), extra.destination());
    }
    if (keys.depends().isGiven()) {
      new DependedImages(folder.path(), keys.depends()).addTo(context, images, store, platform);
    }
    return context.path();
  }

  private List<ImageRequest.Base> stored(
      List<Dockerfile.Base> bases,
      List<PackageFolder> uses,
      Function<PackageFolder, Descriptor> components,
      Platform platform,
      Path work) {
    List<ImageRequest.Base> stored = new ArrayList<>();
    StoredBases images =
        new StoredBases(store, this.images, options, locked, progress, work.resolve("bases"));
    for (Dockerfile.Base base : bases) {
      Optional<PackageFolder> component =
          uses.stream().filter(folder -> base.names(folder.reference())).findFirst();
      boolean local = base.reference().filter(LocalName::is).isPresent();
      Optional<BaseLayout.Entry> entry =
          component.isPresent()
              ? images.component(base, components.apply(component.get()), platform)
              : local ? Optional.empty() : images.named(base, platform);
      entry
          .map(found -> new ImageRequest.Base(base.written(), base.name(), found))
          .ifPresentOrElse(stored::add, () -> images.checkAbsent(base));
    }
    return stored;
  }

  private DockerfileKeys keys(PackageFolder folder) {
    return folder
        .definition()
        .content()
        .dockerfile()
        .with(options.dockerfile(), options.network(), options.disableCache());
  }

  private BuildArguments arguments(PackageFolder folder) {
    return known.computeIfAbsent(
        key(folder),
        _ -> BuildArguments.of(folder, keys(folder).buildArgs(), options.argumentFiles()));
  }

  // Once a folder: those of git compare all of its files.
  private SortedMap<String, String> values(PackageFolder folder) {
    return values.computeIfAbsent(key(folder), _ -> arguments(folder).all(folder));
  }

  private static Path key(PackageFolder folder) {
    return folder.buildFile().toAbsolutePath().normalize();
  }

  private List<Dockerfile.Base> basesOf(PackageFolder folder) {
    return Dockerfile.knownBases(text(folder), values(folder));
  }

  /**
   * Returns the Dockerfile.
   *
   * @throws linuxkit.base.Failure if it is missing or not in the folder
   */
  String text(PackageFolder folder) {
    return Dockerfile.read(folder.path(), keys(folder).dockerfile());
  }
}
