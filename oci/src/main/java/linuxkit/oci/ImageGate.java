package linuxkit.oci;

import java.util.List;
import java.util.function.Supplier;

/**
 * Decides which images may be used. It is asked when the digest is known that a reference stands
 * for, before a layer is fetched or read and before the image gets a name in the store.
 */
public interface ImageGate {
  /** Admits every image, without looking at it. */
  ImageGate OPEN =
      new ImageGate() {
        @Override
        public void admit(
            Reference reference,
            Descriptor root,
            Supplier<List<Descriptor>> manifests,
            SignatureSource signatures) {}

        @Override
        public void admitUnsigned(Reference reference, String source) {}
      };

  /**
   * Admits an image.
   *
   * @param root the index or manifest
   * @param manifests returns those of the platforms in question; all of them together can be
   *     admitted in place of the root
   * @throws linuxkit.base.Failure if the image is refused
   */
  void admit(
      Reference reference,
      Descriptor root,
      Supplier<List<Descriptor>> manifests,
      SignatureSource signatures);

  /**
   * Admits an image whose source has no signatures and proves no digest.
   *
   * @param source for the failure, such as {@code the Docker Engine}
   * @throws linuxkit.base.Failure if the image is refused
   */
  void admitUnsigned(Reference reference, String source);
}
