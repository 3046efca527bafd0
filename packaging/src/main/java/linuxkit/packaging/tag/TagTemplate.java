package linuxkit.packaging.tag;

/**
 * A template of a tag, in the language of Go's text/template: text with actions in double braces.
 * An action is a pipeline of calls of {@code printf}, {@code print}, {@code slice} and {@code len},
 * with {@code .Hash}, strings and numbers as operands. Conditions and loops are not supported,
 * because there is only one variable.
 */
public final class TagTemplate {
  private static final String OPEN = "{{";
  private static final String CLOSE = "}}";
  // A tag has at most 128 characters. A longer template is a way to use up memory and time.
  private static final int MAX_LENGTH = 1024;

  private final String text;

  private TagTemplate(String text) {
    this.text = text;
  }

  /**
   * Checks a template.
   *
   * @throws TagTemplateFailure if it cannot be expanded with the hash of a commit
   */
  public static void check(String template) {
    expand(template, "0".repeat(40));
  }

  /**
   * Expands a template.
   *
   * @throws TagTemplateFailure if it is not valid, or if it takes more of the hash than there is
   */
  public static String expand(String template, String hash) {
    if (template.length() > MAX_LENGTH) {
      throw new TagTemplateFailure(
          template.substring(0, 40) + "…", "it is longer than " + MAX_LENGTH + " characters");
    }
    return template.contains(OPEN) ? new TagTemplate(template).expand(hash) : template;
  }

  private String expand(String hash) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    boolean trim = false;
    for (int open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
      int close = end(open);
      String action = text.substring(open + 2, close);
      boolean trimsLeft = action.startsWith("- ");
      boolean trimsRight = action.endsWith(" -");
      append(text.substring(at, open), trim, trimsLeft, out);
      action = action.substring(trimsLeft ? 1 : 0, action.length() - (trimsRight ? 1 : 0)).strip();
      if (!action.matches("(?s)/\\*.*\\*/")) {
        out.append(value(action, hash));
      }
      trim = trimsRight;
      at = close + 2;
    }
    append(text.substring(at), trim, false, out);
    return out.toString();
  }

  /** Finds the end of an action, which may have braces within its strings. */
  private int end(int open) {
    int comment = text.indexOf("*/", open);
    if (comment > 0 && text.substring(open + 2).matches("(?s)(- )?\\s*/\\*.*")) {
      int close = text.indexOf(CLOSE, comment);
      return close < 0 ? fail("an action does not end with }}") : close;
    }
    char quote = 0;
    for (int i = open + 2; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == 0 && text.startsWith(CLOSE, i)) {
        return i;
      }
      if (quote == '"' && c == '\\') {
        i++;
      } else if (quote == 0 && (c == '"' || c == '`')) {
        quote = c;
      } else if (quote == c) {
        quote = 0;
      }
    }
    return fail("an action does not end with }}");
  }

  private int fail(String problem) {
    throw new TagTemplateFailure(text, problem);
  }

  private static void append(String text, boolean left, boolean right, StringBuilder out) {
    String stripped = left ? text.stripLeading() : text;
    out.append(right ? stripped.stripTrailing() : stripped);
  }

  private String value(String action, String hash) {
    try {
      return new Operands(action, hash).value();
    } catch (IllegalArgumentException e) {
      throw new TagTemplateFailure(text, String.valueOf(e.getMessage()));
    }
  }
}
