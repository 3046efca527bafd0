package linuxkit.system.yaml;

/** Text of a document as it is shown in a message: short, on one line. */
public final class Quote {
  private static final int LONGEST = 80;

  private Quote() {}

  public static String of(String text) {
    return '"' + shorten(text) + '"';
  }

  static String shorten(String text) {
    StringBuilder shown = new StringBuilder();
    int end = Math.min(text.length(), LONGEST);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> shown.append("\\n");
        case '\r' -> shown.append("\\r");
        case '\t' -> shown.append("\\t");
        case '"' -> shown.append("\\\"");
        default -> shown.append(Character.isISOControl(c) ? '?' : c);
      }
    }
    return end < text.length() ? shown + "…" : shown.toString();
  }
}
