package linuxkit.packaging.debian;

/**
 * A version of a package, ordered as dpkg orders them (Debian Policy 5.6.12).
 *
 * @param epoch without leading zeros; empty for none, which is 0
 * @param revision empty for none
 */
record DebianVersion(String epoch, String upstream, String revision)
    implements Comparable<DebianVersion> {

  static DebianVersion parse(String text) {
    int colon = text.indexOf(':');
    String epoch = colon < 0 ? "" : text.substring(0, colon).replaceFirst("^0+", "");
    String rest = text.substring(colon + 1);
    int hyphen = rest.lastIndexOf('-');
    return hyphen < 0
        ? new DebianVersion(epoch, rest, "")
        : new DebianVersion(epoch, rest.substring(0, hyphen), rest.substring(hyphen + 1));
  }

  @Override
  public int compareTo(DebianVersion other) {
    int order = compare(epoch, other.epoch);
    order = order != 0 ? order : compare(upstream, other.upstream);
    return order != 0 ? order : compare(revision, other.revision);
  }

  // Compares alternately a run of non-digits, ordered by `weight`, and a number.
  private static int compare(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() || j < b.length()) {
      while (isText(a, i) || isText(b, j)) {
        int order = Integer.compare(weight(a, i), weight(b, j));
        if (order != 0) {
          return order;
        }
        i++;
        j++;
      }
      int aEnd = endOfNumber(a, i);
      int bEnd = endOfNumber(b, j);
      i = skipZeros(a, i, aEnd);
      j = skipZeros(b, j, bEnd);
      int order = Integer.compare(aEnd - i, bEnd - j);
      order =
          order != 0 ? order : Integer.signum(a.substring(i, aEnd).compareTo(b.substring(j, bEnd)));
      if (order != 0) {
        return order;
      }
      i = aEnd;
      j = bEnd;
    }
    return 0;
  }

  private static boolean isText(String text, int at) {
    return at < text.length() && !isDigit(text.charAt(at));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  // A tilde sorts before the end, the end before letters, letters before all else.
  private static int weight(String text, int at) {
    if (at >= text.length() || isDigit(text.charAt(at))) {
      return 0;
    }
    char c = text.charAt(at);
    boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return c == '~' ? -1 : letter ? c : c + 0x10000;
  }

  private static int endOfNumber(String text, int from) {
    int at = Math.min(from, text.length());
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int skipZeros(String text, int from, int end) {
    int at = Math.min(from, end);
    while (at < end && text.charAt(at) == '0') {
      at++;
    }
    return at;
  }

  /** Omits an epoch or revision of 0, unless the text would then be parsed differently. */
  @Override
  public String toString() {
    boolean colon = upstream.contains(":") || revision.contains(":");
    String before = epoch.isEmpty() && colon ? "0" : epoch;
    String after = revision.isEmpty() && upstream.contains("-") ? "0" : revision;
    return (before.isEmpty() ? "" : before + ":") + upstream + (after.isEmpty() ? "" : "-" + after);
  }
}
