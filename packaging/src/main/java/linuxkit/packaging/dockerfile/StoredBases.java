package linuxkit.packaging.dockerfile;

import java.nio.file.Path;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;

/** The images of the store that a builder gets as bases of a Dockerfile. */
public final class StoredBases {
  private final ImageStore store;
  private final Images images;
  private final DockerfileOptions options;
  private final Optional<LockedBases> locked;
  private final Progress progress;
  private final BaseLayout layout;

  /**
   * @param images fetches and verifies bases
   * @param locked what the bases must be; empty if any will do
   * @param folder for the layout; created
   */
  public StoredBases(
      ImageStore store,
      Images images,
      DockerfileOptions options,
      Optional<LockedBases> locked,
      Progress progress,
      Path folder) {
    this.store = store;
    this.images = images;
    this.options = options;
    this.locked = locked;
    this.progress = progress;
    this.layout = new BaseLayout(store, folder);
  }

  /** Returns the image of a component of one's own; empty if it is not for the platform. */
  public Optional<BaseLayout.Entry> component(
      Dockerfile.Base base, Descriptor root, Platform platform) {
    return layout
        .add(base.reference().orElseThrow(), root)
        .filter(entry -> entry.platforms().isEmpty() || isOffered(entry, platform, base));
  }

  /**
   * Returns the image that a base names; empty if the store does not offer it.
   *
   * @throws linuxkit.base.Failure if it cannot be fetched, or is refused
   */
  public Optional<BaseLayout.Entry> named(Dockerfile.Base base, Platform platform) {
    Optional<Reference> reference = base.reference();
    Optional<BaseLayout.Entry> entry =
        reference
            .flatMap(name -> stored(name, platform))
            .flatMap(root -> component(base, root, platform));
    entry.ifPresent(found -> verify(reference.orElseThrow(), found));
    return entry;
  }

  private Optional<Descriptor> stored(Reference name, Platform platform) {
    if (locked.isPresent()) {
      // Whatever the store has under this name.
      images.find(name, platform);
      return Optional.of(locked.get().image(name));
    }
    if (options.ignoreStored()) {
      return Optional.empty();
    }
    if (!options.prefetch()) {
      return store.find(name);
    }
    Digest found = images.find(name, platform).root();
    // The name may have got another image since.
    return store.find(name).filter(root -> !options.verifiedBases() || root.digest().equals(found));
  }

  /**
   * Checks that a builder may fetch a base itself.
   *
   * @throws DockerfileFailure if the lock file or the trust policy does not permit it
   */
  public void checkAbsent(Dockerfile.Base base) {
    if (locked.isPresent()) {
      throw DockerfileFailure.unlocked(base.name());
    }
    if (options.verifiedBases()) {
      throw DockerfileFailure.unverified(base.name());
    }
  }

  /** Verifies an image for all platforms, since a Dockerfile may ask for any of them. */
  private void verify(Reference name, BaseLayout.Entry entry) {
    if (options.verifiedBases() || locked.isPresent()) {
      entry.platforms().stream()
          .flatMap(platform -> Platform.parse(platform).stream())
          .forEach(platform -> images.find(name, platform));
    }
  }

  private boolean isOffered(BaseLayout.Entry entry, Platform platform, Dockerfile.Base base) {
    boolean offered =
        entry.platforms().contains(platform.toString())
            || entry.platforms().contains(Platform.host().toString());
    if (!offered) {
      progress.detail("The store has " + base.name() + ", but not for " + platform + ".");
    }
    return offered;
  }
}
