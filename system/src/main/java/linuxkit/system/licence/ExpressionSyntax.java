package linuxkit.system.licence;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks licence expressions from elsewhere. */
public final class ExpressionSyntax {
  private static final Pattern TOKEN =
      Pattern.compile("\\s*([()]|[A-Za-z0-9][A-Za-z0-9.:-]*\\+?)\\s*");

  private ExpressionSyntax() {}

  /** Returns whether a text has the form of an expression; identifiers are not looked up. */
  public static boolean isExpression(String text) {
    Matcher token = TOKEN.matcher(text);
    int end = 0;
    int depth = 0;
    boolean operandExpected = true;
    while (token.find() && token.start() == end) {
      String word = token.group(1);
      boolean operator = word.equals("AND") || word.equals("OR") || word.equals("WITH");
      if (operandExpected == (operator || word.equals(")"))) {
        return false;
      }
      depth += word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
      if (depth < 0) {
        return false;
      }
      operandExpected = operator || word.equals("(");
      end = token.end();
    }
    return end == text.length() && !operandExpected && depth == 0;
  }
}
