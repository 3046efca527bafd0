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
}
