package linuxkit.oci;

import linuxkit.base.Failure;

/** A text is not a valid image name. */
public final class ReferenceFailure extends Failure {
  private static final long serialVersionUID = 1;

  ReferenceFailure(String text, String why) {
    super(
        "invalid image reference \"" + text + "\": " + why,
        "",
        "write it as [registry/]repository[:tag][@sha256:digest]",
        null);
  }

  private ReferenceFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }

  /** Reports a name whose digest is not that of the image which would get it. */
  public static ReferenceFailure otherDigest(Reference name, Digest actual, String where) {
    return new ReferenceFailure(
        "the digest of the image is " + actual + ", so it cannot be named " + name,
        where,
        "choose a name without a digest");
  }
}
