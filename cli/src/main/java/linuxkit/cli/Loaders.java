package linuxkit.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import linuxkit.boot.Format;
import linuxkit.boot.loader.BootFiles;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Image;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.system.ImageFailure;
import linuxkit.system.manifest.BootComponent;
import linuxkit.system.manifest.BootImage;
import linuxkit.system.manifest.SystemManifest;

/** The boot loaders that a manifest names; for the others the components of this distribution. */
final class Loaders implements BootFiles {
  private final SystemManifest manifest;
  private final Packages packages;
  private final Images images;
  private final Platform platform;
  private final Map<BootComponent, Image> found = new EnumMap<>(BootComponent.class);
  private final Map<BootComponent, FileTree> trees = new EnumMap<>(BootComponent.class);

  Loaders(SystemManifest manifest, Packages packages, Images images, Platform platform) {
    this.manifest = manifest;
    this.packages = packages;
    this.images = images;
    this.platform = platform;
  }

  @Override
  public synchronized FileTree of(BootComponent component) {
    return trees.computeIfAbsent(component, wanted -> image(wanted).tree());
  }

  /** Stands for all loaders that formats may need. */
  List<String> digests(List<Format> formats) {
    return formats.stream()
        .flatMap(format -> format.components(platform).stream())
        .distinct()
        .map(component -> image(component).digest().toString())
        .toList();
  }

  // The one whose digest a build is known by is the one that it is made of.
  private synchronized Image image(BootComponent component) {
    return found.computeIfAbsent(component, this::find);
  }

  private Image find(BootComponent component) {
    BootImage named = manifest.boot().get(component);
    return named == null
        ? images.find(Reference.parse(packages.resolve(folder(component))), platform)
        : ImageFailure.at(named.position(), () -> images.find(named.reference(), platform));
  }

  private static Path folder(BootComponent component) {
    Path folder =
        Path.of(System.getProperty("linuxkit.home", "target/linuxkit"))
            .resolve("pkg")
            .resolve(component.folder());
    if (!Files.isDirectory(folder)) {
      throw new UsageFailure(
          "there is no component " + component.folder() + " in " + folder.getParent(),
          "install linuxkit anew, or name an image in the manifest, under boot." + component.key());
    }
    return folder;
  }
}
