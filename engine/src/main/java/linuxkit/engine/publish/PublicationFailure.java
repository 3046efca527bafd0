package linuxkit.engine.publish;

import java.nio.file.Path;
import java.util.List;
import linuxkit.base.Failure;
import linuxkit.base.Printable;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;

/** The images of a component are not pushed. */
public final class PublicationFailure extends Failure {
  private static final long serialVersionUID = 1;

  private PublicationFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }

  static PublicationFailure dirty(Path folder, Reference name) {
    return new PublicationFailure(
        "the folder has changes that are not committed, so " + name + " is not pushed",
        folder.toString(),
        "commit the changes, or name the image yourself with --hash HASH");
  }

  static PublicationFailure otherCommit(Path folder, String commit) {
    return new PublicationFailure(
        "the folder as it is now cannot be pushed under the name of commit "
            + Printable.line(commit),
        folder.toString(),
        "check that commit out, and omit --hash-commit");
  }

  static PublicationFailure changed(Path folder, List<Platform> platforms) {
    return new PublicationFailure(
        "the store has no image that was built from the folder as it is now, for "
            + String.join(", ", platforms.stream().map(Platform::toString).toList()),
        folder.toString(),
        "leave the folder unchanged while it is built, and push it again");
  }

  static PublicationFailure release(Path folder, String release) {
    return new PublicationFailure(
        "\"" + Printable.line(release) + "\" cannot be the tag of an image",
        folder.toString(),
        "use letters, digits, dots, dashes and underscores with --release");
  }
}
