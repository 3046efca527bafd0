package linuxkit.system.sbom;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A bill of materials that cannot be written, or an attestation that cannot be used as one. */
public final class SbomFailure extends Failure {
  private static final long serialVersionUID = 1;

  SbomFailure(String what, String where, @Nullable Throwable cause) {
    super(what, where, "", cause);
  }
}
