package linuxkit.oci;

import java.util.List;

/**
 * The signatures and attestations beside the images of one repository. Nothing in them is verified,
 * except that each document has its digest.
 */
public interface SignatureSource {
  /** Has no signatures. */
  SignatureSource NONE =
      new SignatureSource() {
        @Override
        public List<Descriptor> stored(Digest subject) {
          return List.of();
        }

        @Override
        public List<Descriptor> fetched(Digest subject) {
          return List.of();
        }

        @Override
        public byte[] read(Descriptor document) {
          throw new IllegalArgumentException("not a document of this source: " + document.digest());
        }
      };

  /**
   * Lists the documents that the store keeps for an index or manifest, without a network.
   *
   * @return each with its media type and the annotations of the layer that holds it
   */
  List<Descriptor> stored(Digest subject);

  /** Returns a text that changes whenever {@link #stored} changes. Costs less than the list. */
  default String state(Digest subject) {
    return stored(subject).toString();
  }

  /**
   * Lists the documents that the registry has now, and keeps them in the store. Returns those of
   * the store if the registry cannot be asked.
   */
  List<Descriptor> fetched(Digest subject);

  /**
   * Reads a document that was listed.
   *
   * @throws linuxkit.base.Failure if it is missing, damaged or too large
   */
  byte[] read(Descriptor document);
}
