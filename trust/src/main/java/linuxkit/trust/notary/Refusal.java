package linuxkit.trust.notary;

import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;

/** Makes the failures by which a signature is refused. Their texts may come from the signature. */
final class Refusal {
  private static final int LONGEST = 300;
  private static final int LONGEST_QUOTE = 80;

  private Refusal() {}

  static TrustFailure of(String reason) {
    return new TrustFailure(shorten(Printable.line(reason), LONGEST), "", "");
  }

  /** Returns a text in quotes, safe to print and not long. */
  static String quote(String text) {
    return '"' + shorten(Printable.line(text), LONGEST_QUOTE) + '"';
  }

  static String shorten(String text, int longest) {
    return text.length() > longest ? text.substring(0, longest) + "…" : text;
  }
}
