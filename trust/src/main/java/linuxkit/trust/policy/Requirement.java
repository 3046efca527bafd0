package linuxkit.trust.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Printable;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Statement;
import linuxkit.trust.Verdict;
import linuxkit.yaml.Position;

/**
 * One entry of {@code require}.
 *
 * @param anyOf those who may sign
 * @param threshold how many different signers are needed
 */
record Requirement(Position position, List<Signer> anyOf, int threshold) {
  private static final int MAX_REASONS = 64;

  Requirement {
    anyOf = List.copyOf(anyOf);
  }

  String label() {
    String all = String.join(" or ", anyOf.stream().map(Signer::label).toList());
    return threshold == 1 ? all : threshold + " of: " + all;
  }

  /** Returns what the evidence amounts to. No more is tried once the requirement is met. */
  Outcome check(List<Evidence> evidence, SignedSubject subject, Instant now) {
    List<Outcome.Accepted> accepted = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    List<Verdict.Accepted> counted = new ArrayList<>();
    for (Evidence one : evidence) {
      for (Signer signer : anyOf) {
        if (counted.size() >= threshold) {
          return new Outcome(label(), position.toString(), true, accepted, reasons);
        }
        Verdict verdict = current(signer.check(one, subject), now);
        switch (verdict) {
          case Verdict.Accepted yes -> {
            // Whoever has the key may have made all of its signatures, in whatever form.
            if (counted.stream().noneMatch(yes::mayBeBySameHolder)) {
              counted.add(yes);
              accepted.add(
                  new Outcome.Accepted(
                      Printable.line(yes.signer()),
                      one.digest(),
                      yes.subject(),
                      yes.statement().map(Statement::predicateType).map(Printable::line),
                      yes.until()));
            }
          }
          case Verdict.Refused no -> {
            if (reasons.size() < MAX_REASONS) {
              reasons.add(
                  Printable.line(
                      signer.label() + ", " + shorten(one.digest()) + ": " + no.reason()));
            }
          }
        }
      }
    }
    boolean met = counted.size() >= threshold;
    if (!met && !counted.isEmpty()) {
      reasons.addFirst(
          "only " + counted.size() + " of " + threshold + " different signers have signed");
    }
    return new Outcome(label(), position.toString(), met, accepted, reasons);
  }

  private static Verdict current(Verdict verdict, Instant now) {
    return verdict instanceof Verdict.Accepted yes
            && yes.until().filter(until -> !now.isBefore(until)).isPresent()
        ? new Verdict.Refused("it was valid until " + yes.until().get())
        : verdict;
  }

  private static String shorten(String digest) {
    return digest.length() > 19 ? digest.substring(0, 19) + "…" : digest;
  }

  /** Returns the time until which the first signers that are needed stay valid. */
  static Optional<Instant> until(List<Outcome> outcomes) {
    return outcomes.stream()
        .flatMap(outcome -> outcome.accepted().stream())
        .flatMap(accepted -> accepted.until().stream())
        .min(Instant::compareTo);
  }
}
