package linuxkit.oci.store;

import java.nio.file.Path;
import linuxkit.base.Failure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;

/** A blob is missing or does not match its descriptor. */
public final class BlobFailure extends Failure {
  private static final long serialVersionUID = 1;

  private BlobFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }

  /**
   * Reports a missing blob.
   *
   * @param place the store, and the image if it is known
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
        "blob "
            + blob.digest()
            + " is "
            + blob.size()
            + " bytes long; a document may have at most "
            + limit,
        place,
        "");
  }

  static BlobFailure unexpected(Digest blob, String how, String source) {
    return new BlobFailure(
        "the content received for blob " + blob + " is wrong: " + how,
        source,
        "try again; if it fails again, report it to the provider");
  }
}
