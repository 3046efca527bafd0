package linuxkit.cli.trust;

import java.util.ArrayList;
import java.util.List;
import linuxkit.base.Printable;
import linuxkit.engine.trust.ImageDecision;
import linuxkit.json.JsonObject;
import linuxkit.trust.policy.Decision;
import linuxkit.trust.policy.DecisionJson;
import linuxkit.trust.policy.Outcome;

/** Shows a decision about an image. */
final class DecisionReport {
  private DecisionReport() {}

  static JsonObject json(ImageDecision decision) {
    return JsonObject.builder()
        .put("image", decision.image())
        .put("decision", DecisionJson.write(decision.decision()))
        .put("signatures", decision.signatures())
        .put("cached", decision.kept())
        .build();
  }

  /** Returns one line. */
  static String summary(ImageDecision decision) {
    String answer =
        decision.decision() instanceof Decision.Allowed allowed
            ? "accepted (" + allowed.because() + ")"
            : "refused";
    return Printable.line(
        decision.image()
            + ": "
            + answer
            + ", by the rule "
            + decision.decision().rule()
            + " at "
            + decision.decision().place());
  }

  /** Returns a table: the image, the rule, its requirements, and what speaks for and against. */
  static List<String> lines(ImageDecision image) {
    List<String> lines = new ArrayList<>();
    Decision decision = image.decision();
    row(lines, "IMAGE", image.image());
    if (decision instanceof Decision.Allowed allowed) {
      row(lines, "DECISION", "accepted: " + allowed.because());
      allowed.until().ifPresent(until -> row(lines, "UNTIL", until.toString()));
    } else {
      row(lines, "DECISION", "refused");
    }
    row(lines, "RULE", decision.rule() + "  (" + decision.place() + ")");
    row(lines, "SIGNATURES", String.valueOf(image.signatures().size()));
    row(lines, "CACHED", image.kept() ? "yes" : "no");
    for (Outcome outcome : decision.outcomes()) {
      row(
          lines,
          outcome.met() ? "MET" : "NOT MET",
          outcome.requirement() + "  (" + outcome.place() + ")");
      for (Outcome.Accepted accepted : outcome.accepted()) {
        row(lines, "  signer", accepted.signer());
        row(lines, "  evidence", accepted.evidence());
        row(lines, "  subject", accepted.subject());
        accepted.statement().ifPresent(type -> row(lines, "  states", type));
      }
      outcome.reasons().forEach(reason -> row(lines, "  not used", reason));
    }
    if (decision instanceof Decision.Refused refused && decision.outcomes().isEmpty()) {
      refused.reasons().forEach(reason -> row(lines, "REASON", reason));
    }
    return lines;
  }

  private static void row(List<String> lines, String name, String value) {
    lines.add(Printable.line("%-12s%s".formatted(name, value)));
  }
}
