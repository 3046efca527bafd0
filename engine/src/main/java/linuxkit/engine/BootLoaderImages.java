package linuxkit.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.boot.Format;
import linuxkit.boot.loader.BootFiles;
import linuxkit.engine.lock.ManifestLock;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Image;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.packaging.PackageFolder;
import linuxkit.system.ImageFailure;
import linuxkit.system.manifest.BootComponent;
import linuxkit.system.manifest.NamedImage;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.system.sbom.ImagePart;
import linuxkit.system.sbom.PackageDatabases;

/**
 * The boot loaders that a manifest names, and the distribution's own components for those that it
 * does not name.
 */
final class BootLoaderImages implements BootFiles {
  private final SystemManifest manifest;
  private final ComponentImages components;
  private final Distribution distribution;
  private final Optional<ManifestLock> lock;
  private final Images images;
  private final Platform platform;
  private final Map<BootComponent, Image> found = new EnumMap<>(BootComponent.class);
  private final Map<BootComponent, FileTree> trees = new EnumMap<>(BootComponent.class);

  BootLoaderImages(
      SystemManifest manifest,
      ComponentImages components,
      Distribution distribution,
      Optional<ManifestLock> lock,
      Images images,
      Platform platform) {
    this.manifest = manifest;
    this.components = components;
    this.distribution = distribution;
    this.lock = lock;
    this.images = images;
    this.platform = platform;
  }

  @Override
  public synchronized FileTree of(BootComponent component) {
    return trees.computeIfAbsent(component, wanted -> image(wanted).tree());
  }

  /** Returns the digests of the images of all boot loaders that the formats may need. */
  List<String> digests(List<Format> formats) {
    return images(formats).stream().map(image -> image.digest().toString()).toList();
  }

  /** Returns the images of all boot loaders that the formats may need. */
  List<Image> images(List<Format> formats) {
    return formats.stream()
        .flatMap(format -> format.components(platform).stream())
        .distinct()
        .map(this::image)
        .toList();
  }

  /** Returns the boot loaders that the formats have used so far, for a bill of materials. */
  synchronized List<ImagePart> used() {
    List<ImagePart> parts = new ArrayList<>();
    trees.forEach(
        (component, tree) ->
            parts.add(
                new ImagePart(
                    "boot." + component.key(), "", image(component), PackageDatabases.of(tree))));
    return parts;
  }

  // Found once, so that the digest in the build record is the digest of what is used.
  private synchronized Image image(BootComponent component) {
    return found.computeIfAbsent(component, this::find);
  }

  private String own(BootComponent component) {
    PackageFolder folder = components.read(distribution.bootLoader(component));
    if (lock.isPresent()) {
      lock.get().useBootLoader(component.key(), folder.path(), folder.tree());
    }
    return components.resolve(folder, folder.path());
  }

  private Image find(BootComponent component) {
    NamedImage named = manifest.boot().get(component);
    return named == null
        ? images.find(Reference.parse(own(component)), platform)
        : ImageFailure.at(named.position(), () -> images.find(named.reference(), platform));
  }
}
