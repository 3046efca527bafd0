package linuxkit.oci.store;

import java.nio.file.Path;
import linuxkit.base.Failure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;

/** A blob that is not there, or not what its descriptor says. */
public final class BlobFailure extends Failure {
  private static final long serialVersionUID = 1;

  private BlobFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }

  /**
   * @param place the store, and the image where it is known
   */
  static BlobFailure missing(Descriptor blob, String place) {
    return new BlobFailure(
        "blob " + blob.digest() + " is missing", place, "pull or build the image again");
  }

  static BlobFailure damaged(Descriptor blob, String how, Path file, String place) {
    return new BlobFailure(
        "blob " + blob.digest() + " is damaged: " + how,
        place,
        "delete " + file + ", then pull or build the image again");
  }

  static BlobFailure tooLarge(Descriptor blob, int limit, String place) {
    return new BlobFailure(
        "blob " + blob.digest() + " is a document of " + blob.size() + " bytes, over " + limit,
        place,
        "");
  }

  static BlobFailure unexpected(Digest blob, String how, String source) {
    return new BlobFailure(
        "what came for blob " + blob + " is not it: " + how,
        source,
        "try again; if it stays so, tell whoever provides it");
  }
}
