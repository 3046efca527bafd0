package linuxkit.oci.store;

import linuxkit.base.Failure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;

/** A blob that is not there, or not what its descriptor says. */
public final class BlobFailure extends Failure {
  private static final long serialVersionUID = 1;

  private BlobFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }

  static BlobFailure missing(Descriptor blob, ImageStore store) {
    return new BlobFailure(
        "blob " + blob.digest() + " is missing",
        store.place(),
        "pull the image again with: linuxkit cache pull");
  }

  static BlobFailure damaged(Digest blob, String how, String place) {
    return new BlobFailure(
        "blob " + blob + " is damaged: " + how,
        place,
        "pull the image again with: linuxkit cache pull");
  }

  static BlobFailure tooLarge(Descriptor blob, int limit, String place) {
    return new BlobFailure(
        "blob " + blob.digest() + " is a document of " + blob.size() + " bytes, over " + limit,
        place,
        "");
  }

  static BlobFailure unexpected(Digest blob, String how) {
    return new BlobFailure("what came for blob " + blob + " is not it: " + how, "", "try again");
  }
}
