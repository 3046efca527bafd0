package linuxkit.packaging.dockerfile;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.ReferenceFailure;
import linuxkit.oci.archive.ImageExport;
import linuxkit.oci.store.ImageStore;

/** Puts the images of {@code depends: docker-images} into a context, as LinuxKit does. */
public final class DependedImages {
  private final Path folder;
  private final DockerfileKeys.Depends depends;

  public DependedImages(Path folder, DockerfileKeys.Depends depends) {
    this.folder = folder;
    this.depends = depends;
  }

  /**
   * Returns the images, whose digests must be given.
   *
   * @throws DockerfileFailure if the keys contradict each other
   */
  public List<Reference> references() {
    if (depends.fromFile().isPresent() && !depends.list().isEmpty()) {
      throw DockerfileFailure.depends(
          folder,
          "\"depends.images.list\" and \"depends.images.from-file\" are mutually exclusive");
    }
    if (depends.target().isPresent() && depends.targetDir().isPresent()) {
      throw DockerfileFailure.depends(
          folder,
          "\"depends.images.target\" and \"depends.images.target-dir\" are mutually exclusive");
    }
    List<Reference> references = new ArrayList<>();
    for (String name : names()) {
      references.add(reference(name));
    }
    if (!references.isEmpty() && depends.target().isEmpty() && depends.targetDir().isEmpty()) {
      throw DockerfileFailure.depends(folder, "target and target-dir are both missing");
    }
    return references;
  }

  private List<String> names() {
    if (depends.fromFile().isEmpty()) {
      return depends.list();
    }
    Path file = inside(depends.fromFile().get());
    DockerfileFailure.checkInside(folder.toAbsolutePath().normalize(), file, "the list of images");
    try {
      return Files.readAllLines(file).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw FileFailure.of("cannot read the list of images", file, e);
    }
  }

  private Reference reference(String name) {
    try {
      Reference reference = Reference.parse(name);
      if (reference.digest().isEmpty()) {
        throw DockerfileFailure.depends(folder, "image \"" + name + "\" lacks a digest");
      }
      return reference;
    } catch (ReferenceFailure e) {
      throw DockerfileFailure.depends(
          folder, "unable to validate digest in \"" + name + "\": " + e.what());
    }
  }

  private Path inside(String path) {
    // The current folder has an empty path, which no other path starts with.
    Path base = folder.toAbsolutePath().normalize();
    Path inside = base.resolve(path).normalize();
    if (path.startsWith("/") || !inside.startsWith(base)) {
      throw DockerfileFailure.outside(folder, "a path under depends", path);
    }
    return inside;
  }

  /**
   * Writes the archives.
   *
   * @param images fetches those that the store lacks
   */
  public void addTo(BuildContext context, Images images, ImageStore store, Platform platform) {
    List<ImageExport> exports = new ArrayList<>();
    for (Reference reference : references()) {
      ImageBlobs blobs = images.blobs(reference, List.of(platform));
      Reference plain =
          new Reference(reference.registry(), reference.repository(), "", Optional.empty());
      exports.add(new ImageExport(store, reference, stored(store, blobs, reference), plain));
    }
    if (depends.target().isPresent()) {
      write(context.file(depends.target().get()), exports, platform);
    } else if (depends.targetDir().isPresent()) {
      Path directory = context.emptyDirectory(depends.targetDir().get());
      for (ImageExport export : exports) {
        String path = export.reference().repository();
        String base = path.substring(path.lastIndexOf('/') + 1);
        String digest = export.reference().digest().orElseThrow().toString();
        write(directory.resolve(base + "@" + digest + ".tar"), List.of(export), platform);
      }
    }
  }

  // An index that was cut down to one platform is not in the store.
  private static linuxkit.oci.Descriptor stored(
      ImageStore store, ImageBlobs blobs, Reference reference) {
    return store.has(blobs.root()) ? blobs.root() : store.find(reference).orElse(blobs.root());
  }

  private static void write(Path file, List<ImageExport> exports, Platform platform) {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      ImageExport.writeDocker(exports, platform, out);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", file, e);
    }
  }
}
