package linuxkit.system.yaml;

/** Text of a document as it is shown in a message: short, on one line. */
public final class Quote {
  private static final int LONGEST = 80;

  private Quote() {}

  public static String of(String text) {
    return '"' + shorten(text) + '"';
  }

  /** Without the quotation marks around it. */
  public static String shorten(String text) {
    String shown = text.substring(0, Math.min(text.length(), LONGEST)).replace("\"", "\\\"");
    return printable(shown) + (text.length() > LONGEST ? "…" : "");
  }

  /** All of a text, on one line and without control characters. */
  public static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> shown.append("\\n");
        case '\r' -> shown.append("\\r");
        case '\t' -> shown.append("\\t");
        default -> shown.append(Character.isISOControl(c) ? '?' : c);
      }
    }
    return shown.toString();
  }
}
