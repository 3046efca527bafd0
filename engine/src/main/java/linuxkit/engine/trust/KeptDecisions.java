package linuxkit.engine.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.Lazy;
import linuxkit.base.Sha256;
import linuxkit.base.cache.WorkCache;
import linuxkit.json.Json;
import linuxkit.json.JsonFormat;
import linuxkit.trust.policy.Decision;
import linuxkit.trust.policy.DecisionJson;

/**
 * Decisions to allow an image, each kept under the hash of all that it was made from. One file has
 * all of a policy, since opening a file costs more than reading it. Of processes that keep
 * decisions at once, one may lose those of another, which are then made again.
 */
final class KeptDecisions {
  // The number is the version of the format.
  private static final String KIND = "trust-4";
  private static final int LONGEST_TIME = 24;
  private static final byte[] ALLOWED = "{\"allowed\":true,".getBytes(UTF_8);

  private static final int MAX_COUNT = 1000;

  private final WorkCache work;
  private final String policy;
  private final Lazy<Map<String, byte[]>> kept;

  /**
   * @param policy the identity of the policy
   */
  KeptDecisions(WorkCache work, String policy) {
    this.work = work;
    this.policy = policy;
    this.kept = new Lazy<>(this::read);
  }

  /** A decision that was made earlier. It is parsed when it is asked for. */
  static final class Kept {
    private final byte[] bytes;

    private Kept(byte[] bytes) {
      this.bytes = bytes;
    }

    Decision decision() {
      int json = lineEnd(bytes, lineEnd(bytes, 0));
      return DecisionJson.read(
              Json.parse(Arrays.copyOfRange(bytes, json, bytes.length), "a decision"))
          .orElseThrow(() -> new IllegalStateException("a decision of another version"));
    }

    /** Returns the digests of the documents that were considered. */
    List<String> documents() {
      int start = lineEnd(bytes, 0);
      String line = new String(bytes, start, lineEnd(bytes, start) - 1 - start, UTF_8);
      return line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
    }
  }

  /**
   * Returns the key of a decision.
   *
   * @param states of the signatures of each digest
   */
  static String key(String repository, List<String> digests, List<String> states) {
    MessageDigest digest = Sha256.digest();
    add(digest, repository);
    for (int i = 0; i < digests.size(); i++) {
      add(digest, digests.get(i));
      add(digest, states.get(i));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    digest.update((bytes.length + ":").getBytes(UTF_8));
    digest.update(bytes);
  }

  /** Returns a decision that is still valid; empty if there is none. */
  synchronized Optional<Kept> find(String key, Instant now) {
    byte[] bytes = kept.get().get(key);
    return bytes != null && isAllowed(bytes) && isValid(bytes, now)
        ? Optional.of(new Kept(bytes))
        : Optional.empty();
  }

  private Map<String, byte[]> read() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    Optional<byte[]> file = work.findBytes(KIND, policy);
    if (file.isPresent()) {
      // The file is authenticated, but a program with a fault may have written it.
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(file.get()))) {
        for (int left = in.readInt(); left > 0; left--) {
          String key = in.readUTF();
          int length = in.readInt();
          if (length < 0 || length > in.available()) {
            return new LinkedHashMap<>();
          }
          all.put(key, in.readNBytes(length));
        }
        return in.available() == 0 ? all : new LinkedHashMap<>();
      } catch (IOException _) {
        return new LinkedHashMap<>();
      }
    }
    return all;
  }

  private static void write(Map<String, byte[]> all, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(all.size());
    for (Map.Entry<String, byte[]> one : all.entrySet()) {
      data.writeUTF(one.getKey());
      data.writeInt(one.getValue().length);
      data.write(one.getValue());
    }
  }

  // After two lines comes the decision, of which parsing only the beginning saves time.
  private static boolean isAllowed(byte[] bytes) {
    int at = 0;
    for (int line = 0; line < 2; line++) {
      while (at < bytes.length && bytes[at] != '\n') {
        at++;
      }
      at++;
    }
    return at + ALLOWED.length < bytes.length
        && bytes[bytes.length - 1] == '}'
        && Arrays.equals(bytes, at, at + ALLOWED.length, ALLOWED, 0, ALLOWED.length);
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

  /** Returns where the next line begins. */
  private static int lineEnd(byte[] bytes, int from) {
    int at = from;
    while (bytes[at] != '\n') {
      at++;
    }
    return at + 1;
  }

  /** Keeps a decision. On a full disk it is made again next time. */
  synchronized void keep(String key, Decision.Allowed decision, List<String> documents) {
    // Rounded down: the decision must not outlive the signature.
    String until = decision.until().map(time -> String.valueOf(time.getEpochSecond())).orElse("");
    String text =
        until
            + "\n"
            + String.join(" ", documents)
            + "\n"
            + JsonFormat.COMPACT.write(DecisionJson.write(decision));
    Map<String, byte[]> all = kept.get();
    // What other processes have kept in the meantime.
    read().forEach(all::putIfAbsent);
    while (all.size() >= MAX_COUNT) {
      all.remove(all.keySet().iterator().next());
    }
    all.remove(key);
    all.put(key, text.getBytes(UTF_8));
    try {
      work.put(KIND, policy, out -> write(all, out));
    } catch (FileFailure _) {
      // As above.
    }
  }
}
