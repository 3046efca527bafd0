package linuxkit.trust.notary;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The header that is signed, as both kinds of envelopes have it.
 *
 * @param algorithm as JOSE calls it
 * @param critical the headers that must be understood
 * @param names all headers but {@code alg}, {@code cty} and {@code crit}
 * @param texts the headers that are texts
 * @param times the headers of {@link #TIMES}
 */
record ProtectedHeader(
    String algorithm,
    String contentType,
    List<String> critical,
    Set<String> names,
    Map<String, String> texts,
    Map<String, Instant> times) {
  static final String SCHEME = "io.cncf.notary.signingScheme";
  static final String EXPIRY = "io.cncf.notary.expiry";
  static final Set<String> TIMES =
      Set.of(Scheme.X509.time(), Scheme.SIGNING_AUTHORITY.time(), EXPIRY);

  // Headers of the unprotected part.
  static final String AGENT = "io.cncf.notary.signingAgent";
  static final String TIMESTAMP = "io.cncf.notary.timestampSignature";

  /** The largest number of headers that must be understood. */
  static final int MAX_CRITICAL = 32;

  ProtectedHeader {
    critical = List.copyOf(critical);
    names = Set.copyOf(names);
    texts = Map.copyOf(texts);
    times = Map.copyOf(times);
  }
}
