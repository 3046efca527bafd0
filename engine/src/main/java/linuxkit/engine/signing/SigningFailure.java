package linuxkit.engine.signing;

import linuxkit.base.Failure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;

/** An image cannot be signed, or nothing can be attached to it. */
public final class SigningFailure extends Failure {
  private static final long serialVersionUID = 1;

  SigningFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }

  /** The registry has an image of which nobody knows who made it. */
  static SigningFailure foreign(Descriptor image, Reference name) {
    return new SigningFailure(
        "the registry has an image"
            + image.platform().map(platform -> " for " + platform).orElse("")
            + " that was not built here and is not signed with this key: "
            + image.digest(),
        name.toString(),
        "accept its signature by a trust policy, build it here with --force, or sign it with"
            + " linuxkit sign if you know what it is");
  }
}
