package linuxkit.trust.policy;

import java.util.Optional;

/**
 * The repositories that a rule is for: a registry, a registry and the beginning of a path, or
 * {@code *.example.org} for the registries below a domain.
 */
record ImagePattern(String text) {
  private static final String ANY = "*.";
  private static final int MANY = 1 << 16;

  /** Returns why a text is not a pattern; empty if it is one. */
  static Optional<String> problem(String text) {
    if (!text.contains("*")) {
      return ImageName.problem(text);
    }
    String domain = text.startsWith(ANY) ? text.substring(ANY.length()) : "";
    if (domain.isEmpty() || domain.contains("*") || domain.contains("/")) {
      return Optional.of("* may only stand for the beginning of a registry, as in *.example.org");
    }
    // A domain of one part, such as *.org, is accepted: localhost stands for it in the check.
    return ImageName.problem(domain.contains(".") ? domain : "localhost/" + domain)
        .map(problem -> "the domain after *. is not valid: " + problem);
  }

  private boolean isDomain() {
    return text.startsWith(ANY);
  }

  /**
   * Returns whether the rule is for a repository.
   *
   * @param repository in its canonical spelling
   */
  boolean matches(String repository) {
    if (!isDomain()) {
      return ImageName.startsWith(repository, text);
    }
    int slash = repository.indexOf('/');
    String host = slash < 0 ? repository : repository.substring(0, slash);
    String domain = text.substring(1);
    return host.length() > domain.length() && host.endsWith(domain);
  }

  /** Returns how specific the pattern is: higher than that of any other that it is within. */
  int weight() {
    return isDomain() ? text.length() : MANY + text.length();
  }
}
