package linuxkit.yaml;

import linuxkit.base.Printable;

/** Text of a document as shown in messages: short, on one line. */
public final class Quote {
  private static final int LONGEST = 80;

  private Quote() {}

  public static String of(String text) {
    return '"' + shorten(text) + '"';
  }

  /** Returns the text, shortened and without quotation marks around it. */
  public static String shorten(String text) {
    String shown = text.substring(0, Math.min(text.length(), LONGEST)).replace("\"", "\\\"");
    return Printable.line(shown) + (text.length() > LONGEST ? "…" : "");
  }
}
