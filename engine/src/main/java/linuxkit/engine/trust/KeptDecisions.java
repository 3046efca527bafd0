package linuxkit.engine.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.Sha256;
import linuxkit.base.cache.WorkCache;
import linuxkit.json.Json;
import linuxkit.json.JsonFailure;
import linuxkit.json.JsonFormat;
import linuxkit.oci.Descriptor;
import linuxkit.trust.policy.Decision;
import linuxkit.trust.policy.DecisionJson;

/** Decisions to allow an image, each kept under the hash of all that it was made from. */
final class KeptDecisions {
  private static final String KIND = "trust-1";

  private final WorkCache work;

  KeptDecisions(WorkCache work) {
    this.work = work;
  }

  /**
   * Returns the key of a decision.
   *
   * @param policy the identity of the policy
   * @param documents signatures and attestations; their annotations count, since some signatures
   *     stand there
   */
  static String key(
      String policy, String repository, List<String> digests, List<Descriptor> documents) {
    MessageDigest digest = Sha256.digest();
    add(digest, policy);
    add(digest, repository);
    digests.forEach(one -> add(digest, one));
    for (Descriptor document : documents) {
      add(digest, "document");
      add(digest, document.mediaType());
      add(digest, document.digest().toString());
      document
          .annotations()
          .forEach(
              (name, value) -> {
                add(digest, name);
                add(digest, value);
              });
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    digest.update((bytes.length + ":").getBytes(UTF_8));
    digest.update(bytes);
  }

  /** Returns a decision that is still valid; empty if there is none. */
  Optional<Decision.Allowed> find(String key, Instant now) {
    return work.findBytes(KIND, key)
        .flatMap(KeptDecisions::parse)
        .filter(Decision.Allowed.class::isInstance)
        .map(Decision.Allowed.class::cast)
        .filter(kept -> kept.until().filter(until -> !now.isBefore(until)).isEmpty());
  }

  private static Optional<Decision> parse(byte[] bytes) {
    try {
      return DecisionJson.read(Json.parse(bytes, "a decision"));
    } catch (JsonFailure _) {
      // Of another version of the program: the decision is made again.
      return Optional.empty();
    }
  }

  /** Keeps a decision. On a full disk it is made again next time. */
  void keep(String key, Decision.Allowed decision) {
    byte[] bytes = JsonFormat.COMPACT.bytes(DecisionJson.write(decision));
    try {
      work.put(KIND, key, out -> out.write(bytes));
    } catch (FileFailure _) {
      // As above.
    }
  }
}
