package linuxkit.engine.publish;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import linuxkit.base.Progress;
import linuxkit.engine.ImageAccess;
import linuxkit.engine.PackageBuilds;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.IndexEntries;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.transfer.IndexPublisher;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.StoredIndexes;
import linuxkit.packaging.PackageBuilder;
import linuxkit.packaging.PackageFolder;

/**
 * Pushes the images of components to their registry. Only images that were built from what the
 * folder has now are pushed, whatever the store has under the component's name.
 */
public final class PackagePublication {
  // LinuxKit looks for these.
  private static final List<String> ARCHITECTURES =
      List.of("amd64", "arm64", "s390x", "riscv64", "ppc64le");

  private final ImageStore store;
  private final RegistryClient client;
  private final IndexPublisher publisher;
  private final Progress progress;
  private final boolean tags;

  /**
   * Creates one.
   *
   * @param tags whether the image of each architecture also gets a tag, {@code TAG-ARCHITECTURE}
   */
  public PackagePublication(ImageAccess access, boolean tags, Progress progress) {
    this.store = access.store();
    this.client = access.registries();
    this.publisher = new IndexPublisher(store, client, progress);
    this.tags = tags;
    this.progress = progress;
  }

  /**
   * Pushes the images of a component, and gives its index the tags of releases.
   *
   * @param builder finds the images that were built from the folder
   * @param result of the build
   * @param line receives each name that the registry now has, with its digest
   * @throws linuxkit.base.Failure if an image was not built from the folder as it is now, or the
   *     registry refuses it
   */
  public void push(
      PackageBuilder builder,
      PackageBuilds.Request request,
      PackageBuilds.Result result,
      ReleaseTags releases,
      Consumer<String> line) {
    PackageFolder folder = result.folder();
    Reference name = folder.reference();
    List<Descriptor> images = new ArrayList<>();
    List<Platform> missing = new ArrayList<>(request.platformsOf(folder));
    for (Platform platform : folder.platforms()) {
      Optional<List<Descriptor>> found = builder.find(folder, List.of(platform));
      found.ifPresent(images::addAll);
      if (found.isPresent() || result.published().contains(platform)) {
        missing.remove(platform);
      }
    }
    requireThere(folder, request, missing);
    Optional<Descriptor> root = Optional.empty();
    if (images.isEmpty()) {
      // Others have pushed it.
      client.digest(name).ifPresent(digest -> line.accept(name + "@" + digest));
    } else {
      List<Descriptor> entries =
          IndexEntries.withAttestations(
              images,
              result
                  .index()
                  .map(index -> new StoredIndexes(store).entries(index, name))
                  .orElse(List.of()));
      root = Optional.of(builder.index(entries));
      Digest digest = publisher.publish(name, root.get(), name, options(folder));
      line.accept(name + "@" + digest);
    }
    for (Reference release : releases.of(folder)) {
      Digest digest = publisher.release(name, release, tags);
      root.ifPresent(index -> store.name(release, index));
      line.accept(release + "@" + digest);
    }
  }

  // What was pulled rather than built is in the registry, and has no record here.
  private void requireThere(
      PackageFolder folder, PackageBuilds.Request request, List<Platform> missing) {
    if (!missing.isEmpty() && request.pull()) {
      missing.removeIf(platform -> publisher.has(folder.reference(), platform));
    }
    if (!missing.isEmpty() && !request.none()) {
      throw PublicationFailure.changed(folder.path(), missing);
    }
    for (Platform platform : missing) {
      progress.warn(
          "The store has no image of " + folder.reference() + " for " + platform + " to push.");
    }
  }

  private IndexPublisher.Options options(PackageFolder folder) {
    return new IndexPublisher.Options(
        tags, folder.platforms().stream().map(Platform::architecture).toList());
  }

  /**
   * Makes the index of a component from the images that machines have pushed for single
   * architectures, and gives it the tags of releases.
   *
   * @param line receives each name that the registry now has, with its digest
   * @throws linuxkit.base.Failure if the registry has no such image, or refuses the index
   */
  public void gather(PackageFolder folder, ReleaseTags releases, Consumer<String> line) {
    Reference name = folder.reference();
    Set<String> order = new LinkedHashSet<>();
    folder.platforms().forEach(platform -> order.add(platform.architecture()));
    order.addAll(ARCHITECTURES);
    line.accept(name + "@" + publisher.gather(name, List.copyOf(order)));
    for (Reference release : releases.of(folder)) {
      line.accept(release + "@" + publisher.release(name, release, tags));
    }
  }
}
