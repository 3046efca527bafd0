package linuxkit.trust.policy;

/** The name that signatures must have if they contain one: mirrors keep the original's. */
sealed interface SignedAs {
  /** The name under which the image was requested. */
  record Repository() implements SignedAs {}

  /** One name. */
  record Exact(String name) implements SignedAs {}

  /**
   * The requested name with another beginning.
   *
   * @param from a prefix of all names that the rule is for
   */
  record Remap(String from, String to) implements SignedAs {}

  /** Returns the name that is signed for a repository. */
  default String name(String repository) {
    return switch (this) {
      case Repository _ -> repository;
      case Exact(String name) -> name;
      case Remap(String from, String to) ->
          ImageName.canonical(to + repository.substring(from.length()));
    };
  }
}
