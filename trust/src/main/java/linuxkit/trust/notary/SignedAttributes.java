package linuxkit.trust.notary;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A signer's statements about the signature.
 *
 * @param algorithm as JOSE calls it; only to be compared with that of the key
 */
record SignedAttributes(
    String algorithm, Scheme scheme, Instant signingTime, Optional<Instant> expiry) {
  private static final String CONTENT_TYPE = "application/vnd.cncf.notary.payload.v1+json";
  private static final Set<String> REGISTERED = Set.of("alg", "cty", "crit");
  private static final Set<String> UNDERSTOOD =
      Set.of(ProtectedHeader.SCHEME, Scheme.SIGNING_AUTHORITY.time(), ProtectedHeader.EXPIRY);
  private static final Set<String> PLUGIN =
      Set.of("io.cncf.notary.verificationPlugin", "io.cncf.notary.verificationPluginMinVersion");

  /** Checks a header by the rules that both envelopes share. */
  static SignedAttributes of(ProtectedHeader header) {
    if (!header.contentType().equals(CONTENT_TYPE)) {
      throw Refusal.of(
          "the content type is " + Refusal.quote(header.contentType()) + ", not " + CONTENT_TYPE);
    }
    for (String name : PLUGIN) {
      if (header.names().contains(name)) {
        throw Refusal.of(
            "the signature can only be checked with a plugin, which " + name + " names");
      }
    }
    checkCritical(header);
    Scheme scheme =
        Scheme.of(
            Optional.ofNullable(header.texts().get(ProtectedHeader.SCHEME))
                .orElseThrow(() -> missing(ProtectedHeader.SCHEME)));
    Instant time =
        Optional.ofNullable(header.times().get(scheme.time()))
            .orElseThrow(() -> missing(scheme.time()));
    for (Scheme other : Scheme.values()) {
      if (other != scheme && header.names().contains(other.time())) {
        throw Refusal.of(
            "the header " + other.time() + " is not allowed in the scheme " + scheme.title());
      }
    }
    Optional<Instant> expiry = Optional.ofNullable(header.times().get(ProtectedHeader.EXPIRY));
    if (expiry.filter(end -> !end.isAfter(time)).isPresent()) {
      throw Refusal.of("the signature expires before it is made");
    }
    return new SignedAttributes(header.algorithm(), scheme, time, expiry);
  }

  private static void checkCritical(ProtectedHeader header) {
    Set<String> seen = new HashSet<>();
    for (String name : header.critical()) {
      if (!seen.add(name)) {
        throw Refusal.of("crit lists " + Refusal.quote(name) + " twice");
      }
      if (REGISTERED.contains(name)) {
        throw Refusal.of("crit lists " + name + ", which it must not");
      }
      if (!UNDERSTOOD.contains(name)) {
        throw Refusal.of("the critical header " + Refusal.quote(name) + " is unknown");
      }
      if (!header.names().contains(name)) {
        throw Refusal.of("crit lists " + name + ", which is missing from the protected header");
      }
    }
    for (String name : UNDERSTOOD) {
      if (header.names().contains(name) && !seen.contains(name)) {
        throw Refusal.of("the header " + name + " is not marked as critical");
      }
    }
  }

  private static RuntimeException missing(String name) {
    return Refusal.of("the protected header has no " + name);
  }
}
