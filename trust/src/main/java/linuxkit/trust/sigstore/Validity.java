package linuxkit.trust.sigstore;

import java.time.Instant;
import java.util.Optional;

/** A period, both ends included. */
record Validity(Instant start, Optional<Instant> end) {
  /** Reads a period; a missing start is refused, because it would mean "always". */
  static Validity of(ProtoFields range) {
    Instant start =
        range
            .optionalTime("start")
            .orElseThrow(() -> SigstoreRefusal.of(range.path() + " has no start"));
    return new Validity(start, range.optionalTime("end"));
  }

  boolean contains(Instant time) {
    return !time.isBefore(start) && end.map(last -> !time.isAfter(last)).orElse(true);
  }

  @Override
  public String toString() {
    return "from " + start + end.map(last -> " to " + last).orElse("");
  }
}
