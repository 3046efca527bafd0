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
import linuxkit.packaging.debian.DebianArchive;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.packaging.debian.Scratch;
import linuxkit.yaml.container.ContainerConfig;
import org.jspecify.annotations.Nullable;

/**
 * Builds components into the image store: in this process, without root, Docker or any other
 * program, and without running anything of what goes into them. For one thread, but for {@link
 * #isBuilt}.
 */
public final class PackageBuilder implements AutoCloseable {
  /** Tells with which guest program an image was built, by its SHA-256. */
  public static final String GUEST_LABEL = "org.mobyproject.linuxkit.guest";

  private final ImageStore store;
  private final DebianOptions debian;
  private final GuestPrograms guests;
  private final Progress progress;
  private final Consumer<Image> kernels;
  // Opened when something is built: most runs find everything in the store.
  private @Nullable DebianArchive archive;

  /**
   * @param kernels told of each kernel that was built for this machine's architecture
   */
  public PackageBuilder(
      ImageStore store,
      DebianOptions debian,
      GuestPrograms guests,
      Progress progress,
      Consumer<Image> kernels) {
    this.store = store;
    this.debian = debian;
    this.guests = guests;
    this.progress = progress;
    this.kernels = kernels;
  }

  /**
   * Builds what is not in the store yet, and puts it into the index of the component's name beside
   * what is there for other platforms. What is there was built from the same folder with the same
   * guest program; the versions of Debian packages may be older ones.
   *
   * @param platforms in any order; the index has them in that of the definition
   * @param force whether to build what is there too
   * @return the index
   * @throws linuxkit.base.Failure when something is wrong; the store's index is as it was then
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
   * Whether the store has all that {@link #build} would make. Any number of threads may ask at
   * once.
   *
   * @throws linuxkit.base.Failure when there is no building it
   */
  public boolean isBuilt(PackageFolder folder, List<Platform> platforms) {
    check(folder, platforms);
    List<Descriptor> there = entries(store.find(folder.reference()).filter(store::isWhole), folder);
    return platforms.stream()
        .allMatch(platform -> there.stream().anyMatch(m -> isCurrent(m, platform, folder)));
  }

  private static void check(PackageFolder folder, List<Platform> platforms) {
    if (!folder.summary().hasContent()) {
      throw PackageFailure.needsDockerfile(folder.buildFile(), folder.definition().dockerfile());
    }
    for (Platform platform : platforms) {
      if (!folder.platforms().contains(platform)) {
        throw PackageFailure.platform(folder.buildFile(), platform.toString());
      }
    }
  }

  // What was built for this machine's architecture will soon be part of a system that waits for it.
  private void unpack(PackageFolder folder, Descriptor index, List<Descriptor> built) {
    Platform host = Platform.host();
    if (built.stream().noneMatch(m -> m.platform().equals(Optional.of(host)))) {
      return;
    }
    Image image = store.image(folder.reference(), index, host);
    image.tree();
    if (folder.definition().kernel()) {
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
    return Optional.ofNullable(labels.get(GUEST_LABEL)).equals(guestDigest(folder, platform));
  }

  private Optional<String> guestDigest(PackageFolder folder, Platform platform) {
    return folder.summary().usesGuest()
        ? Optional.of("sha256:" + guests.sha256(platform.architecture()))
        : Optional.empty();
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
    BuildFile definition = folder.definition();
    Path temporary = debian.cache().resolve("tmp");
    try (Scratch scratch = Scratch.open(temporary)) {
      ComponentTree tree =
          new ComponentTree(folder, platform.architecture(), archive(), guests, scratch, progress);
      return new ImageWriter(store, scratch)
          .write(
              tree.build(),
              platform,
              new ImageWriter.Defaults(definition.command(), definition.env(), definition.cwd()),
              labels(folder, platform));
    }
  }

  private SortedMap<String, String> labels(PackageFolder folder, Platform platform) {
    BuildFile definition = folder.definition();
    SortedMap<String, String> labels = new TreeMap<>();
    if (!definition.gitrepo().isEmpty()) {
      labels.put("org.opencontainers.image.source", definition.gitrepo());
    }
    folder.revision().ifPresent(r -> labels.put("org.opencontainers.image.revision", r));
    definition
        .config()
        .ifPresent(config -> labels.put(ContainerConfig.LABEL, ImageDocuments.label(config)));
    guestDigest(folder, platform).ifPresent(digest -> labels.put(GUEST_LABEL, digest));
    labels.putAll(definition.labels());
    return Collections.unmodifiableSortedMap(labels);
  }

  private DebianArchive archive() {
    DebianArchive open = archive;
    if (open == null) {
      open = new DebianArchive(debian, progress);
      archive = open;
    }
    return open;
  }

  @Override
  public void close() {
    if (archive != null) {
      archive.close();
    }
  }
}
