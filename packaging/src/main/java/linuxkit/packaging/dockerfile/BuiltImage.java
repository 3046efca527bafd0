package linuxkit.packaging.dockerfile;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.IndexEntries;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.archive.ImageArchive;
import linuxkit.oci.store.ImageStore;

/** The result of a builder: an archive with one image, and perhaps its attestations. */
public final class BuiltImage {
  private BuiltImage() {}

  /**
   * Imports the archive without giving the image a name.
   *
   * @param where what was built, for failures
   * @return the image's manifest with the platform, then its attestations
   * @throws linuxkit.base.Failure if the archive has no image for the platform
   */
  public static List<Descriptor> add(
      ImageStore store, Path archive, Platform platform, String where) {
    List<Descriptor> roots;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(archive))) {
      roots = ImageArchive.add(store, in, "the builder's archive of " + where);
    } catch (IOException e) {
      throw FileFailure.of("cannot read the builder's archive", archive, e);
    }
    Descriptor root = roots.getFirst();
    List<Descriptor> entries =
        MediaTypes.isIndex(root.mediaType())
            ? ImageIndex.parse(store.read(root), root.mediaType(), where).manifests()
            : List.of(root);
    Descriptor image =
        IndexEntries.images(entries).stream()
            .filter(entry -> isFor(store, entry, platform, where))
            .findFirst()
            .orElseThrow(
                () ->
                    DockerfileFailure.context(
                        Path.of(where), "the builder made no image for " + platform));
    Descriptor placed =
        new Descriptor(
            image.mediaType(),
            image.digest(),
            image.size(),
            Optional.of(platform),
            Collections.emptySortedMap());
    return IndexEntries.withAttestations(List.of(placed), entries);
  }

  private static boolean isFor(
      ImageStore store, Descriptor entry, Platform platform, String where) {
    if (!MediaTypes.isManifest(entry.mediaType()) || !store.has(entry)) {
      return false;
    }
    Descriptor config = ImageManifest.parse(store.read(entry), entry.mediaType(), where).config();
    ImageConfig image = ImageConfig.parse(store.read(config), where);
    return image.os().equals(platform.os()) && image.architecture().equals(platform.architecture());
  }
}
