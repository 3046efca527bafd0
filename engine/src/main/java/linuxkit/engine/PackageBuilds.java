package linuxkit.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import linuxkit.base.DependentWork;
import linuxkit.base.Progress;
import linuxkit.engine.lock.ManifestLock;
import linuxkit.oci.Descriptor;
import linuxkit.oci.IndexEntries;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.archive.ImageExport;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.StoredIndexes;
import linuxkit.packaging.DockerfileImages;
import linuxkit.packaging.PackageBuilder;
import linuxkit.packaging.PackageFolder;
import linuxkit.packaging.builder.BuilderOptions;
import linuxkit.packaging.builder.Builders;
import linuxkit.packaging.dockerfile.DockerfileOptions;

/**
 * Builds the images of several components: each after those that it uses, and none that the store
 * or the registry has.
 */
public final class PackageBuilds {
  // Builders do the work, on this machine or on others.
  private static final int SIDE_BY_SIDE = 4;

  private final ImageStore store;
  private final PackageBuilder builder;
  private final DockerfileImages dockerfiles;
  private final PublishedImages published;
  private final Puller puller;
  private final Progress progress;

  /**
   * @param builder the caller closes it
   */
  public PackageBuilds(
      ImageAccess access, PackageBuilder builder, DockerfileImages dockerfiles, Progress progress) {
    this.store = access.store();
    this.builder = builder;
    this.dockerfiles = dockerfiles;
    this.published = new PublishedImages(access.registries(), progress);
    this.puller = access.images(Puller.When.ALWAYS);
    this.progress = progress;
  }

  /** Returns what builds from Dockerfiles with the settings and flags of a command. */
  public static DockerfileImages dockerfiles(
      ImageAccess access,
      Settings settings,
      BuilderOptions builders,
      DockerfileOptions options,
      Progress progress) {
    return dockerfiles(access, settings, builders, options, Optional.empty(), progress);
  }

  /**
   * Returns what builds from Dockerfiles.
   *
   * @param lock what the bases must be, if there is a lock file
   */
  static DockerfileImages dockerfiles(
      ImageAccess access,
      Settings settings,
      BuilderOptions builders,
      DockerfileOptions options,
      Optional<ManifestLock> lock,
      Progress progress) {
    Puller puller = access.images(Puller.When.MISSING);
    return new DockerfileImages(
        access.store(),
        lock.map(locked -> locked.over(puller, access.store())).orElse(puller),
        new Builders(settings.environment(), builders, progress),
        access.trust().isPresent() ? options.withVerifiedBases() : options,
        lock.map(locked -> locked),
        settings.debianCache().resolve("tmp"),
        progress);
  }

  /**
   * A request to build components.
   *
   * @param platforms empty for those of each definition
   * @param skipped platforms that are not built
   * @param force whether to build images that are in the store or the registry, too
   * @param pull whether to fetch images that the registry has
   * @param none whether to build nothing
   * @param load whether to load the images into Docker
   * @param publish whether the images will be pushed, so that the registry is asked for all
   */
  public record Request(
      List<Platform> platforms,
      List<Platform> skipped,
      boolean force,
      boolean pull,
      boolean none,
      boolean load,
      boolean publish) {
    public Request {
      platforms = List.copyOf(platforms);
      skipped = List.copyOf(skipped);
    }

    /** Returns the platforms of a component that are asked for. */
    public List<Platform> platformsOf(PackageFolder folder) {
      return (platforms.isEmpty() ? folder.usualPlatforms() : platforms)
          .stream().filter(platform -> !skipped.contains(platform)).toList();
    }
  }

  /**
   * The images of a component.
   *
   * @param index in the store; empty if only the registry has the images, or nothing was built
   * @param published the platforms whose images were left to the registry
   */
  public record Result(PackageFolder folder, Optional<Descriptor> index, List<Platform> published) {
    public Result {
      published = List.copyOf(published);
    }
  }

  /**
   * Builds the components.
   *
   * @param done receives each result, in the order of the folders
   * @throws linuxkit.base.Failure if one cannot be built; others are then given up
   */
  public void build(List<PackageFolder> folders, Request request, Consumer<Result> done) {
    if (folders.size() < 2 || folders.stream().noneMatch(PackageFolder::usesDockerfile)) {
      folders.forEach(folder -> done.accept(build(folder, request)));
      return;
    }
    List<List<Integer>> before = folders.stream().map(folder -> uses(folder, folders)).toList();
    if (DependentWork.order(before).size() < folders.size()) {
      throw new RequestFailure(
          "the components use each other in a circle", "check the FROM lines of their Dockerfiles");
    }
    int threads = request.none() ? 1 : Math.min(SIDE_BY_SIDE, folders.size());
    DependentWork.map(folders, before, threads, folder -> build(folder, request)).forEach(done);
  }

  private List<Integer> uses(PackageFolder folder, List<PackageFolder> all) {
    List<Integer> uses = new ArrayList<>();
    if (folder.usesDockerfile()) {
      List<Reference> bases = dockerfiles.bases(folder);
      // A flag such as --org changes the names of these folders, but not of what a Dockerfile uses.
      List<Path> components = dockerfiles.uses(folder).stream().map(PackageBuilds::path).toList();
      for (int i = 0; i < all.size(); i++) {
        PackageFolder other = all.get(i);
        if (other != folder
            && (components.contains(path(other))
                || bases.stream().anyMatch(base -> isOf(base, other.reference())))) {
          uses.add(i);
        }
      }
    }
    return uses;
  }

  private static Path path(PackageFolder folder) {
    return folder.path().toAbsolutePath().normalize();
  }

  private static boolean isOf(Reference base, Reference name) {
    return base.locator().equals(name.locator())
        && (base.digest().isPresent() || base.tag().equals(name.tag()));
  }

  /** Builds one component. */
  public Result build(PackageFolder folder, Request request) {
    List<Platform> platforms = request.platformsOf(folder);
    if (platforms.isEmpty()) {
      progress.info("Skipping " + folder.reference() + ": no platform is left to build.");
      return new Result(folder, Optional.empty(), List.of());
    }
    Result result = request.force() ? forced(folder, platforms) : build(folder, platforms, request);
    if (request.load()) {
      result.index().ifPresent(index -> load(folder, index, platforms));
    }
    return result;
  }

  private Result forced(PackageFolder folder, List<Platform> platforms) {
    return new Result(folder, Optional.of(builder.build(folder, platforms, true)), List.of());
  }

  private Result build(PackageFolder folder, List<Platform> platforms, Request request) {
    List<Descriptor> stored = new ArrayList<>();
    List<Platform> missing = new ArrayList<>();
    for (Platform platform : platforms) {
      builder
          .find(folder, List.of(platform))
          .ifPresentOrElse(stored::addAll, () -> missing.add(platform));
    }
    boolean ask = folder.usesDockerfile() || request.pull() || request.publish();
    List<Platform> there =
        missing.isEmpty() || !ask || folder.isDirty()
            ? List.of()
            : published.platforms(folder.reference(), missing);
    missing.removeAll(there);
    if (request.pull() && !there.isEmpty()) {
      return new Result(
          folder, Optional.of(pull(folder, missing, there, stored, request)), List.of());
    }
    for (Platform platform : there) {
      progress.info(
          "The registry has " + folder.reference() + " for " + platform + ", so it is not built.");
    }
    if (request.none() ? stored.isEmpty() : stored.isEmpty() && missing.isEmpty()) {
      return new Result(folder, Optional.empty(), there);
    }
    List<Platform> wanted = new ArrayList<>(platforms);
    wanted.removeAll(there);
    if (request.none()) {
      wanted.removeAll(missing);
    }
    return new Result(folder, Optional.of(builder.build(folder, wanted, false)), there);
  }

  /** Fetches the images for some platforms, and builds those for others. */
  private Descriptor pull(
      PackageFolder folder,
      List<Platform> missing,
      List<Platform> there,
      List<Descriptor> stored,
      Request request) {
    List<Descriptor> others = new ArrayList<>(stored);
    others.addAll(
        entries(folder.reference(), store.find(folder.reference())).stream()
            .filter(IndexEntries::isAttestation)
            .toList());
    Descriptor pulled = puller.pull(folder.reference(), there);
    List<Descriptor> entries = entries(folder.reference(), Optional.of(pulled));
    entries.stream()
        .filter(entry -> entry.platform().filter(there::contains).isPresent())
        .forEach(others::add);
    entries.stream().filter(IndexEntries::isAttestation).filter(store::has).forEach(others::add);
    if (stored.isEmpty() && (missing.isEmpty() || request.none())) {
      return pulled;
    }
    return builder.build(folder, request.none() ? List.of() : missing, false, others);
  }

  private List<Descriptor> entries(Reference name, Optional<Descriptor> index) {
    return index
        .filter(root -> MediaTypes.isIndex(root.mediaType()))
        .filter(store::has)
        .map(root -> new StoredIndexes(store).entries(root, name))
        .orElse(List.of());
  }

  /** Prints the command that would build each image. */
  public void describe(PackageFolder folder, Request request, Consumer<String> line) {
    for (Platform platform : request.platformsOf(folder)) {
      if (folder.usesDockerfile()) {
        line.accept(builder.command(folder, platform));
      }
    }
  }

  // As in LinuxKit, the image for this machine also gets the name without an architecture.
  private void load(PackageFolder folder, Descriptor index, List<Platform> platforms) {
    Reference name = folder.reference();
    for (Descriptor entry : IndexEntries.images(entries(name, Optional.of(index)))) {
      Optional<Platform> platform = entry.platform().filter(platforms::contains);
      if (platform.isPresent()) {
        Reference own = name.ofArchitecture(platform.get().architecture());
        load(entry, name, own, platform.get());
        if (platform.get().equals(Platform.host())) {
          load(entry, name, name, platform.get());
        }
      }
    }
  }

  private void load(Descriptor image, Reference stored, Reference name, Platform platform) {
    dockerfiles.load(new ImageExport(store, stored, image, name), platform);
  }
}
