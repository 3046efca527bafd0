package linuxkit.engine.lock;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import linuxkit.base.Sha256;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.DebianSource;
import linuxkit.packaging.builtin.BuiltinComponents;
import linuxkit.packaging.debian.DebianPackage;
import linuxkit.packaging.dockerfile.LockedBases;

/** A lock file that a build uses: nothing that the manifests name means anything else. */
public final class ManifestLock implements DebianSource.Pins, LockedBases {
  private final Path file;
  private final String hash;
  private final String command;
  private final Map<Reference, LockedImage> images = new HashMap<>();
  private final Map<Path, LockedComponent> components = new ConcurrentHashMap<>();
  private final SortedMap<String, LockedComponent> bootLoaders;

  private ManifestLock(Path file, byte[] bytes, String command, Path builtin) {
    this.file = file;
    this.hash = Sha256.hex(bytes);
    this.command = command;
    LockFile content = LockFile.parse(bytes, file.toString());
    content.images().values().forEach(image -> images.put(image.reference(), image));
    content
        .components()
        .forEach((folder, component) -> components.put(folder(file, folder, builtin), component));
    this.bootLoaders = content.bootLoaders();
  }

  /**
   * Reads a lock file.
   *
   * @param command that updates it, for hints
   * @param builtin the folder of the components that come with linuxkit
   * @throws linuxkit.base.Failure if it cannot be read, or is malformed
   */
  public static ManifestLock read(Path file, String command, Path builtin) {
    return new ManifestLock(file, LockFile.bytes(file), command, builtin);
  }

  /** Returns the name of a file in a lock file: its path from there. */
  public static String name(Path lock, Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    return parent(lock).relativize(absolute).toString().replace('\\', '/');
  }

  /**
   * Returns the name of a component in a lock file, which does not depend on where linuxkit is
   * installed.
   *
   * @param builtin the folder of the components that come with linuxkit
   */
  public static String name(Path lock, Path folder, Path builtin) {
    Path absolute = folder.toAbsolutePath().normalize();
    return absolute.startsWith(builtin.toAbsolutePath().normalize())
        ? BuiltinComponents.PREFIX + absolute.getFileName()
        : name(lock, folder);
  }

  private static Path folder(Path lock, String name, Path builtin) {
    return name.startsWith(BuiltinComponents.PREFIX)
        ? builtin
            .toAbsolutePath()
            .normalize()
            .resolve(name.substring(BuiltinComponents.PREFIX.length()))
        : parent(lock).resolve(name).normalize();
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
  LockedImage locked(Reference reference) {
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
    LockedImage image = locked(reference);
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

  @Override
  public Descriptor image(Reference base) {
    return locked(base).root();
  }

  @Override
  public String packages(Path folder) {
    LockedComponent locked = components.get(folder.toAbsolutePath().normalize());
    return locked == null ? "" : locked.identity();
  }

  /**
   * Checks that the images which a component's Dockerfile uses are locked.
   *
   * @throws LockFailure if one is missing
   */
  public void checkBases(Path folder, Collection<Reference> bases) {
    for (Reference base : bases) {
      if (!images.containsKey(base)) {
        throw new LockFailure(
            "the lock file does not have the image "
                + base
                + ", which the component "
                + folder
                + " is built from",
            file.toString(),
            "add it with " + command);
      }
    }
  }

  /**
   * Checks that a boot loader of linuxkit is as it was when it was locked, and uses its packages
   * from then on.
   *
   * @param key in a manifest
   * @throws LockFailure if it is missing or has changed
   */
  public void useBootLoader(String key, Path folder, String tree) {
    LockedComponent locked = bootLoaders.get(key);
    if (locked == null) {
      throw new LockFailure(
          "the lock file does not have the boot loader " + key + ", which this format needs",
          file.toString(),
          "add it with "
              + command.replaceFirst("lock", "lock --format FORMAT")
              + ", or name an image in the manifest, under boot."
              + key);
    }
    if (!locked.tree().equals(tree)) {
      throw new LockFailure(
          "the boot loader " + key + " of this version of linuxkit is not the one that was locked",
          file.toString(),
          "lock what it has now: " + command + ", or use the version that wrote the file");
    }
    components.put(folder.toAbsolutePath().normalize(), locked);
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
    if (locked == null) {
      throw new LockFailure(
          "the lock file does not have the component " + folder,
          file.toString(),
          "add it with " + command);
    }
    if (locked.packages().isEmpty()) {
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
