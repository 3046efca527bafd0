package linuxkit.engine.lock;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.Sha256;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.DebianSource;
import linuxkit.packaging.debian.DebianPackage;

/** A lock file that a build uses: nothing that the manifests name means anything else. */
public final class ManifestLock implements DebianSource.Pins {
  private final Path file;
  private final String hash;
  private final String command;
  private final Map<Reference, LockedImage> images = new HashMap<>();
  private final SortedMap<Path, LockedComponent> components = new TreeMap<>();

  private ManifestLock(Path file, byte[] bytes, String command) {
    this.file = file;
    this.hash = Sha256.hex(bytes);
    this.command = command;
    LockFile content = LockFile.parse(bytes, file.toString());
    content.images().values().forEach(image -> images.put(image.reference(), image));
    content
        .components()
        .forEach((folder, component) -> components.put(folder(file, folder), component));
  }

  /**
   * Reads a lock file.
   *
   * @param command that updates it, for hints
   * @throws linuxkit.base.Failure if it cannot be read, or is malformed
   */
  public static ManifestLock read(Path file, String command) {
    return new ManifestLock(file, LockFile.bytes(file), command);
  }

  /** Returns the name of a component's folder in a lock file. */
  public static String name(Path lock, Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    return parent(lock).relativize(absolute).toString().replace('\\', '/');
  }

  private static Path folder(Path lock, String name) {
    return parent(lock).resolve(name).normalize();
  }

  private static Path parent(Path lock) {
    return Objects.requireNonNull(lock.toAbsolutePath().normalize().getParent());
  }

  /** Returns the SHA-256 of the file. */
  public String hash() {
    return hash;
  }

  /** Returns the locked images, which are found by their digests. */
  public Images over(Puller puller, ImageStore store) {
    return new LockedImages(this, puller, store);
  }

  /**
   * Returns what a reference stands for.
   *
   * @throws LockFailure if it is not in the lock file, or has another digest there
   */
  LockedImage image(Reference reference) {
    LockedImage exact = images.get(reference);
    if (exact == null) {
      throw new LockFailure(
          "the lock file does not have the image " + reference,
          file.toString(),
          "add it with " + command);
    }
    return exact;
  }

  /**
   * Returns what a reference stands for on a platform.
   *
   * @throws LockFailure if the file has no image for the platform
   */
  LockedImage image(Reference reference, Platform platform) {
    LockedImage image = image(reference);
    if (!image.supports(platform)) {
      throw new LockFailure(
          "the lock file has no image of "
              + reference
              + " for "
              + platform
              + ", only for "
              + String.join(", ", image.images().keySet()),
          file.toString(),
          "if the image supports the platform now: " + command + " --update " + reference);
    }
    return image;
  }

  LockFailure altered(Reference reference, Platform platform) {
    return new LockFailure(
        "the lock file names another manifest for " + platform + " than the image " + reference,
        file.toString(),
        "restore the lock file, or lock the image again: " + command + " --update " + reference);
  }

  /**
   * Checks that components are as they were when they were locked.
   *
   * @param trees the hash of each component's folder
   * @throws LockFailure if one is missing or has changed
   */
  public void check(Map<Path, String> trees) {
    trees.forEach(
        (folder, tree) -> {
          LockedComponent locked = components.get(folder.toAbsolutePath().normalize());
          if (locked == null) {
            throw new LockFailure(
                "the lock file does not have the component " + folder,
                file.toString(),
                "add it with " + command);
          }
          if (!locked.tree().equals(tree)) {
            throw new LockFailure(
                "the component " + folder + " has changed since it was locked",
                file.toString(),
                "lock what it has now: " + command);
          }
        });
  }

  @Override
  public Optional<List<DebianPackage.Pin>> of(Path folder, Platform platform) {
    LockedComponent locked = components.get(folder.toAbsolutePath().normalize());
    if (locked == null || locked.packages().isEmpty()) {
      return Optional.empty();
    }
    DebianSource.Resolution packages = locked.packages().get(platform.toString());
    if (packages == null) {
      throw new LockFailure(
          "the lock file has no packages of the component " + folder + " for " + platform,
          file.toString(),
          "components are locked for " + String.join(", ", locked.packages().keySet()));
    }
    return Optional.of(packages.packages());
  }
}
