package linuxkit.trust;

/** Somebody whose signatures a rule accepts: a key, a keyless identity, or a chain of X.509. */
public interface Authority {
  /**
   * Checks one piece of evidence. Malformed evidence is refused; nothing in it makes this throw.
   */
  Verdict check(Evidence evidence, SignedSubject subject);

  /** Returns what identifies the authority in decisions that are kept, with all that it trusts. */
  String identity();
}
