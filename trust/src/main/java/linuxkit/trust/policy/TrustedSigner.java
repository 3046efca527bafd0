package linuxkit.trust.policy;

import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** A policy's description of somebody who may sign, with the files that it names. */
public sealed interface TrustedSigner {
  /**
   * A file that a policy names, or a text in it.
   *
   * @param where for failures
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Material(byte[] bytes, String where) {}

  /** Whoever has a private key. */
  record Key(Material publicKey) implements TrustedSigner {}

  /**
   * Whoever an identity provider knows under a name, by a certificate of Sigstore's.
   *
   * @param issuer the provider's URL
   * @param subject the name; empty if {@code pattern} is given
   * @param pattern matched against the whole name
   */
  record Keyless(
      String issuer, Optional<String> subject, Optional<Pattern> pattern, Material trustedRoot)
      implements TrustedSigner {}

  /**
   * Whoever has a certificate below one of some roots.
   *
   * @param roots of those who sign themselves; empty if {@code signingAuthorityRoots} is given
   * @param signingAuthorityRoots of services that sign for others, and state when
   * @param timestampRoots of those whose timestamps are believed
   * @param subject attributes that the certificate's name must have
   * @param where the place in the policy, for failures
   */
  record X509(
      Optional<Material> roots,
      Optional<Material> signingAuthorityRoots,
      Optional<Material> timestampRoots,
      SortedMap<String, String> subject,
      String where)
      implements TrustedSigner {}
}
