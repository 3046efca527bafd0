package linuxkit.system.inspect;

import linuxkit.base.NameBytes;

/** A page of HTML that is being written. Text is escaped; markup is not. */
final class Html {
  private final StringBuilder out = new StringBuilder();

  Html markup(String markup) {
    out.append(markup);
    return this;
  }

  Html text(String unsafe) {
    String text = NameBytes.shown(unsafe);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c < 0x20 && c != '\n' && c != '\t' ? '\ufffd' : c);
      }
    }
    return this;
  }

  /** Adds an element with text in it. */
  Html element(String tag, String attributes, String text) {
    return markup("<" + tag + (attributes.isEmpty() ? "" : " " + attributes) + ">")
        .text(text)
        .markup("</" + tag + ">");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
