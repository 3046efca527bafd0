package linuxkit.trust.sigstore;

import java.util.regex.Pattern;

/** Matches regular expressions in a bounded number of steps, since some never end. */
final class Expression {
  private static final int MAX_STEPS = 1_000_000;

  private Expression() {}

  /** Returns whether the whole text matches. */
  static boolean matches(Pattern pattern, String text) {
    try {
      return pattern.matcher(new Counted(text, new int[1])).matches();
    } catch (StackOverflowError e) {
      throw Refusal.of("the regular expression is too complex for the subject", new Exception(e));
    }
  }

  /** A text that counts how often it is looked at. */
  private record Counted(String text, int[] steps) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (++steps[0] > MAX_STEPS) {
        throw Refusal.of("the regular expression takes too long for the subject");
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.substring(start, end), steps);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
