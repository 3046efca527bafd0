package linuxkit.engine;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import linuxkit.base.Lazy;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.engine.lock.ManifestLock;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.BlobSelection;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.DebianSource;
import linuxkit.packaging.DockerfileImages;
import linuxkit.packaging.FilesSource;
import linuxkit.packaging.GuestPrograms;
import linuxkit.packaging.LocalName;
import linuxkit.packaging.PackageBuilder;
import linuxkit.packaging.PackageFolder;
import linuxkit.packaging.PackageOptions;
import linuxkit.packaging.builtin.BuiltinComponents;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.packaging.git.GitRepositories;
import linuxkit.system.kernel.KernelModules;
import linuxkit.system.manifest.PackageResolver;
import linuxkit.system.modules.ModuleIndex;

/**
 * The images of components that a manifest names by their folders ({@code @pkg:}). They are built
 * if the store has no image that was built from the same content.
 */
public final class ComponentImages implements PackageResolver, AutoCloseable {
  private final ImageStore store;
  private final PackageBuilder builder;
  private final WorkCache work;
  private final GitRepositories repositories;
  private final Lazy<DockerfileImages> dockerfiles;
  private final Map<Reference, PackageFolder> folders = new ConcurrentHashMap<>();
  private final DebianSource packages;
  private final BuiltinComponents builtin;
  private volatile DebianSource.Pins pins = DebianSource.Pins.NONE;

  ComponentImages(
      ImageStore store,
      DebianOptions debian,
      BuiltinComponents builtin,
      Settings settings,
      Supplier<DockerfileImages> dockerfiles,
      Progress progress) {
    this.store = store;
    this.builtin = builtin;
    this.work = store.work();
    this.repositories = new GitRepositories(settings.environment());
    this.packages =
        new DebianSource(
            debian, ModuleIndex::write, (folder, platform) -> pins.of(folder, platform), progress);
    this.dockerfiles = new Lazy<>(dockerfiles);
    this.builder =
        builder(store, debian, packages, settings.distribution(), progress).with(this.dockerfiles);
  }

  /**
   * Returns a builder of component images with the distribution's guest; the caller closes it. It
   * prepares a kernel's modules for the first system that is built with it.
   */
  public static PackageBuilder builder(
      ImageStore store, DebianOptions debian, Distribution distribution, Progress progress) {
    DebianSource packages = new DebianSource(debian, ModuleIndex::write, progress);
    return builder(store, debian, packages, distribution, progress);
  }

  private static PackageBuilder builder(
      ImageStore store,
      DebianOptions debian,
      DebianSource packages,
      Distribution distribution,
      Progress progress) {
    return new PackageBuilder(
        store,
        List.of(packages, new FilesSource(new GuestPrograms(distribution.guest()))),
        debian.cache().resolve("tmp"),
        progress,
        kernel -> KernelModules.prepare(kernel, store.work()));
  }

  /** Returns each folder resolved so far, with the name of its image. */
  SortedMap<String, String> resolved() {
    SortedMap<String, String> resolved = new TreeMap<>();
    folders.forEach(
        (image, folder) ->
            resolved.put(folder.path().toString(), image + builder.identity(folder)));
    return resolved;
  }

  /** Builds components from certain packages from now on. */
  void pin(DebianSource.Pins required) {
    pins = required;
  }

  /** Returns each folder resolved so far, and those that their Dockerfiles use, once. */
  public Collection<PackageFolder> resolvedFolders() {
    Map<Path, PackageFolder> all = new TreeMap<>();
    folders.values().forEach(folder -> all.put(folder.path(), folder));
    Map<Path, PackageFolder> used = new TreeMap<>();
    all.values().forEach(folder -> addUsed(folder, used));
    all.keySet().forEach(path -> used.remove(path.toAbsolutePath().normalize()));
    all.putAll(used);
    return all.values();
  }

  private void addUsed(PackageFolder folder, Map<Path, PackageFolder> used) {
    if (folder.usesDockerfile()) {
      for (PackageFolder other : dockerfiles.get().uses(folder)) {
        if (used.putIfAbsent(other.path().toAbsolutePath().normalize(), other) == null) {
          addUsed(other, used);
        }
      }
    }
  }

  /** Returns the images of registries that Dockerfiles of a component use, by their names there. */
  public SortedMap<String, Reference> registryImages(PackageFolder folder) {
    return folder.usesDockerfile() ? dockerfiles.get().registryImages(folder) : new TreeMap<>();
  }

  /**
   * Returns what Dockerfiles were built from: other components, as far as the store has them, and
   * images of the lock file.
   */
  SortedMap<Reference, Descriptor> bases(Platform platform, Optional<ManifestLock> lock) {
    SortedMap<Reference, Descriptor> images =
        new TreeMap<>(Comparator.comparing(Reference::toString));
    for (PackageFolder folder : resolvedFolders()) {
      Reference name = PackageBuilder.localName(folder);
      if (!folders.containsKey(name) && folder.platforms().contains(platform)) {
        builder
            .find(folder, List.of(platform))
            .ifPresent(found -> images.put(name, found.getFirst()));
      }
      if (lock.isPresent()) {
        registryImages(folder).values().forEach(base -> images.put(base, lock.get().image(base)));
      }
    }
    return images;
  }

  /** Finds the Debian packages that a component would be made from now. For one thread. */
  public DebianSource.Resolution packages(PackageFolder folder, Platform platform) {
    return packages.resolve(folder, platform);
  }

  /** Returns the folder of each image resolved so far. */
  Map<Reference, Path> folders() {
    Map<Reference, Path> all = new HashMap<>();
    folders.forEach((image, folder) -> all.put(image, folder.path()));
    return all;
  }

  /**
   * Replaces the names of images that only this store has by those that {@code pkg build} would
   * give them, as LinuxKit prints them.
   */
  String published(String manifest) {
    String text = manifest;
    for (Map.Entry<Reference, PackageFolder> entry : folders.entrySet()) {
      text = text.replace(entry.getKey().toString(), entry.getValue().reference().toString());
    }
    return text;
  }

  /** Reads the folder of a component. */
  public PackageFolder read(Path folder) {
    return PackageFolder.read(folder, PackageOptions.DEFAULT, repositories, work);
  }

  @Override
  public String resolve(Path folder) {
    return resolve(read(folder), folder);
  }

  @Override
  public String builtin(String name) {
    PackageFolder folder =
        builtin.read(
            name,
            PackageOptions.DEFAULT,
            (path, options) -> PackageFolder.read(path, options, repositories, work));
    return builtin.arePublished() ? folder.reference().toString() : resolve(folder, folder.path());
  }

  /** Resolves a folder that was read, and returns the name of its image. */
  String resolve(PackageFolder found, Path folder) {
    Reference name = PackageBuilder.localName(found);
    PackageFolder other = folders.putIfAbsent(name, found);
    if (other != null && !other.hasContentOf(found)) {
      throw new RequestFailure(
          "the folders " + other.path() + " and " + folder + " differ, but share the name " + name,
          "change one of them");
    }
    return name.toString();
  }

  /**
   * Adds the images of the folders resolved here to {@code others}. A folder's image is found by
   * what it was built from: {@code others} is not asked for it, whatever it has under that name.
   */
  Images over(Images others) {
    return new Images() {
      @Override
      public Image find(Reference reference, Platform platform) {
        return folder(reference)
            .map(
                folder ->
                    store.image(reference, images(folder, List.of(platform)).getFirst(), platform))
            .orElseGet(() -> others.find(reference, platform));
      }

      @Override
      public Optional<Image> known(Reference reference, Platform platform) {
        return folder(reference).isPresent() ? Optional.empty() : others.known(reference, platform);
      }

      @Override
      public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
        Optional<PackageFolder> folder = folder(reference);
        return folder.isPresent()
            ? blobs(reference, folder.get(), platforms)
            : others.blobs(reference, platforms);
      }

      private ImageBlobs blobs(
          Reference reference, PackageFolder folder, List<Platform> platforms) {
        List<Platform> wanted = platforms.isEmpty() ? folder.usualPlatforms() : platforms;
        return BlobSelection.of(
                reference,
                builder.index(images(folder, wanted)),
                platforms,
                blob -> store.read(blob, reference))
            .in(store);
      }
    };
  }

  private Optional<PackageFolder> folder(Reference reference) {
    Optional<PackageFolder> folder = Optional.ofNullable(folders.get(reference));
    if (folder.isEmpty() && LocalName.is(reference)) {
      throw new RequestFailure(
          "the image " + reference + " can only be used through its folder",
          "refer to the folder as @pkg:FOLDER");
    }
    return folder;
  }

  private List<Descriptor> images(PackageFolder folder, List<Platform> platforms) {
    Optional<List<Descriptor>> found = builder.find(folder, platforms);
    if (found.isPresent()) {
      return found.get();
    }
    synchronized (builder) {
      return builder.provide(folder, platforms);
    }
  }

  @Override
  public void close() {
    try (builder;
        repositories) {}
  }
}
