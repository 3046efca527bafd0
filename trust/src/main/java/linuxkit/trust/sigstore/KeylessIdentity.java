package linuxkit.trust.sigstore;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.sigstore.SigningCertificate.Identity;

/** Identities that are accepted: one issuer, and one subject or those that match a pattern. */
public final class KeylessIdentity {
  /** The longest regular expression, in characters. */
  public static final int MAX_PATTERN = 1024;

  private static final int MAX_STEPS = 1_000_000;

  private final String issuer;
  private final String subject;
  private final Optional<Pattern> pattern;

  private KeylessIdentity(String issuer, String subject, Optional<Pattern> pattern) {
    if (issuer.isEmpty() || subject.isEmpty()) {
      throw new TrustFailure(
          "an identity has an issuer and a subject, and one of them is empty",
          "",
          "give the URL of the issuer and the subject of the certificate");
    }
    this.issuer = issuer;
    this.subject = subject;
    this.pattern = pattern;
  }

  /** Returns the identity with exactly this issuer and subject. */
  public static KeylessIdentity exact(String issuer, String subject) {
    return new KeylessIdentity(issuer, subject, Optional.empty());
  }

  /**
   * Returns the identities of an issuer whose whole subject matches a regular expression.
   *
   * @throws TrustFailure if it is longer than {@link #MAX_PATTERN} or malformed
   */
  public static KeylessIdentity matching(String issuer, String regex) {
    if (regex.length() > MAX_PATTERN) {
      throw new TrustFailure(
          "the regular expression is longer than " + MAX_PATTERN + " characters", "", "shorten it");
    }
    try {
      return new KeylessIdentity(issuer, regex, Optional.of(Pattern.compile(regex)));
    } catch (PatternSyntaxException e) {
      throw new TrustFailure(
          "not a regular expression: " + Printable.line(regex), "", "use Java's syntax", e);
    }
  }

  boolean matches(Identity identity) {
    return identity.issuer().equals(issuer)
        && pattern
            .map(regex -> matches(regex, identity.subject()))
            .orElseGet(() -> identity.subject().equals(subject));
  }

  /** Returns whether the whole text matches; some expressions would take for ever to find out. */
  private static boolean matches(Pattern pattern, String text) {
    try {
      return pattern.matcher(new Counted(text, new int[1])).matches();
    } catch (StackOverflowError e) {
      throw SigstoreRefusal.of(
          "the regular expression is too complex for the subject", new Exception(e));
    }
  }

  /** Returns the issuer and the subject, for messages and records. */
  @Override
  public String toString() {
    return (pattern.isPresent() ? "subjects that match " : "") + subject + " (" + issuer + ")";
  }

  /** A text that counts how often it is looked at. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Counted(String text, int[] steps) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (++steps[0] > MAX_STEPS) {
        throw SigstoreRefusal.of("the regular expression takes too long for the subject");
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
