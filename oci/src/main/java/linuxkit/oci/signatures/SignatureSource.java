package linuxkit.oci.signatures;

import java.util.List;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;

/** A place where signatures of images are found: a registry, a store, or both. */
public interface SignatureSource {
  /**
   * Returns what is signed about a manifest or an index. Nothing in it is verified but that each
   * document has its digest.
   *
   * @param image a name in the repository that holds the signatures
   * @param subject the digest of the manifest or index
   * @return the documents in the order in which they are to be tried; empty if there are none
   * @throws linuxkit.base.Failure if the source cannot be asked, or has more than the limits allow
   */
  List<SignedDocument> signatures(Reference image, Digest subject);
}
