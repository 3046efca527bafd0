package linuxkit.trust.sigstore;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.Sha256;
import linuxkit.trust.sigstore.Bundle.LogEntry;
import linuxkit.trust.sigstore.Bundle.Proof;

/** Checks that signature logs (Rekor v1 and v2) have the entries of a bundle, and since when. */
final class LogVerifier {
  private static final long LATEST = 253_402_300_799L; // The end of the year 9999.

  private final TrustedRoot root;

  LogVerifier(TrustedRoot root) {
    this.root = root;
  }

  /** Checks that no entry occurs twice: it would be counted twice. */
  static void checkDistinct(List<LogEntry> entries) {
    Set<String> seen = new HashSet<>();
    for (LogEntry entry : entries) {
      if (!seen.add(Sha256.hex(entry.logId()) + entry.index() + Sha256.hex(entry.body()))) {
        throw SigstoreRefusal.of("a log entry occurs twice in the bundle");
      }
    }
  }

  private Log log(LogEntry entry) {
    return root.log(entry.logId())
        .orElseThrow(() -> SigstoreRefusal.of("the entry is of a log that is not trusted"));
  }

  /**
   * Checks the log's promise and the inclusion proof, as far as the entry has them.
   *
   * @return the time that the log attests, if it attests one
   */
  Optional<Instant> check(LogEntry entry) {
    Log log = log(entry);
    if (entry.proof().isPresent()) {
      checkIncluded(entry, entry.proof().get(), log);
    }
    return entry.promise().map(promise -> promised(entry, promise, log));
  }

  private static Instant promised(LogEntry entry, byte[] promise, Log log) {
    if (entry.integratedTime() == 0 || entry.integratedTime() > LATEST) {
      throw SigstoreRefusal.of("the log entry's promise has no usable time");
    }
    // The canonical form of RFC 8785.
    String signed =
        "{\"body\":\"%s\",\"integratedTime\":%d,\"logID\":\"%s\",\"logIndex\":%d}"
            .formatted(
                Base64.getEncoder().encodeToString(entry.body()),
                entry.integratedTime(),
                log.hexId(),
                entry.index());
    if (!log.key().verify(signed.getBytes(StandardCharsets.UTF_8), promise)) {
      throw SigstoreRefusal.of("the log's promise (signed entry timestamp) is wrong");
    }
    Instant time = Instant.ofEpochSecond(entry.integratedTime());
    checkValid(log, time);
    return time;
  }

  private static void checkIncluded(LogEntry entry, Proof proof, Log log) {
    InclusionProof.check(entry.body(), proof);
    if (proof.checkpoint().isEmpty()) {
      return; // Only a bundle of version 0.1, and only beside a promise.
    }
    Checkpoint checkpoint = Checkpoint.parse(proof.checkpoint().get());
    checkpoint.check(log, entry.isSecond());
    if (checkpoint.size() != proof.size() || !Arrays.equals(checkpoint.root(), proof.root())) {
      throw SigstoreRefusal.of("the checkpoint and the inclusion proof are of different trees");
    }
    if (entry.isSecond() && entry.index() != proof.index()) {
      throw SigstoreRefusal.of("the log entry and its inclusion proof have different indexes");
    }
  }

  /** Checks that a log which attests no times itself was valid when the signature was made. */
  void checkValid(LogEntry entry, List<Instant> times) {
    if (entry.promise().isEmpty()) {
      times.forEach(time -> checkValid(log(entry), time));
    }
  }

  private static void checkValid(Log log, Instant time) {
    if (!log.validity().contains(time)) {
      throw SigstoreRefusal.of(
          "the log " + log.url() + " was valid " + log.validity() + ", not at " + time);
    }
  }
}
