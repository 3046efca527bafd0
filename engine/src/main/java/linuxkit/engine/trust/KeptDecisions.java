package linuxkit.engine.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import linuxkit.base.FileFailure;
import linuxkit.base.Sha256;
import linuxkit.base.cache.WorkCache;
import linuxkit.json.Json;
import linuxkit.json.JsonFormat;
import linuxkit.oci.Descriptor;
import linuxkit.trust.policy.Decision;
import linuxkit.trust.policy.DecisionJson;

/** Decisions to allow an image, each kept under the hash of all that it was made from. */
final class KeptDecisions {
  // The number is the version of the format.
  private static final String KIND = "trust-2";
  private static final int LONGEST_TIME = 24;

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

  /**
   * Returns a decision that is still valid; empty if there is none. It is read when it is asked
   * for: a build needs to know only that it exists.
   */
  Optional<Supplier<Decision>> find(String key, Instant now) {
    return work.findBytes(KIND, key)
        .filter(bytes -> isValid(bytes, now))
        .map(bytes -> () -> parse(bytes));
  }

  // The first line is the end of the decision's time, in seconds; empty if it has none.
  private static boolean isValid(byte[] bytes, Instant now) {
    String text = new String(bytes, 0, Math.min(bytes.length, LONGEST_TIME), UTF_8);
    int end = text.indexOf('\n');
    try {
      return end == 0
          || (end > 0
              && now.isBefore(Instant.ofEpochSecond(Long.parseLong(text.substring(0, end)))));
    } catch (NumberFormatException | DateTimeException _) {
      return false;
    }
  }

  private static Decision parse(byte[] bytes) {
    byte[] json = Arrays.copyOfRange(bytes, indexOfLine(bytes) + 1, bytes.length);
    return DecisionJson.read(Json.parse(json, "a decision"))
        .orElseThrow(() -> new IllegalStateException("a decision of another version"));
  }

  private static int indexOfLine(byte[] bytes) {
    int at = 0;
    while (bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  /** Keeps a decision. On a full disk it is made again next time. */
  void keep(String key, Decision.Allowed decision) {
    // Rounded down: the decision must not outlive the signature.
    String until = decision.until().map(time -> String.valueOf(time.getEpochSecond())).orElse("");
    String text = until + "\n" + JsonFormat.COMPACT.write(DecisionJson.write(decision));
    byte[] bytes = text.getBytes(UTF_8);
    try {
      work.put(KIND, key, out -> out.write(bytes));
    } catch (FileFailure _) {
      // As above.
    }
  }
}
