package linuxkit.engine.trust;

import java.util.Map;
import java.util.Optional;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Image;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.packaging.ImageRecords;
import linuxkit.system.assembly.FoundImages;

/** The images of a build without a trust policy of which nobody has said who may make them. */
public final class UncheckedImages {
  private UncheckedImages() {}

  /**
   * Returns a warning if there are such images. Images with a digest in the manifest were chosen by
   * whoever wrote it, and those that this user has built need no signature.
   */
  public static Optional<String> warning(FoundImages found, WorkCache work) {
    for (Map.Entry<Reference, Image> one : found.images().entrySet()) {
      if (one.getKey().digest().isEmpty() && !isOwn(one.getValue(), work)) {
        return Optional.of(
            "there is no trust policy: any image is accepted under the name "
                + one.getKey()
                + " and others; to change that, write trust.yml or a lock file (docs/trust.md)");
      }
    }
    return Optional.empty();
  }

  private static boolean isOwn(Image image, WorkCache work) {
    return ImageRecords.hasBuilt(work, Descriptor.of(MediaTypes.OCI_MANIFEST, image.digest(), 0));
  }
}
