package linuxkit.trust.sigstore;

import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;

/** Makes the failures by which a document is refused. Their texts come from hostile documents. */
final class SigstoreRefusal {
  private static final int LONGEST = 300;

  private SigstoreRefusal() {}

  static TrustFailure of(String reason) {
    return new TrustFailure(printable(reason), "", "");
  }

  static TrustFailure of(String reason, Exception cause) {
    String detail = cause.getMessage() == null ? "" : ": " + cause.getMessage();
    return new TrustFailure(printable(reason + detail), "", "", cause);
  }

  private static String printable(String text) {
    String line = Printable.line(text);
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }
}
