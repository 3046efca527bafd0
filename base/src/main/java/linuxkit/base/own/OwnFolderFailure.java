package linuxkit.base.own;

import java.nio.file.Path;
import linuxkit.base.Failure;

/** A folder cannot be trusted, because other users may have changed what it holds. */
public final class OwnFolderFailure extends Failure {
  private static final long serialVersionUID = 1;

  OwnFolderFailure(String what, Path folder, String hint) {
    super(what, folder.toString(), hint, null);
  }
}
