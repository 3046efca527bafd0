package linuxkit.engine.provenance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;

/**
 * The results of all checks of outputs against their provenance, in the order in which they were
 * made.
 */
public record VerifyReport(List<Check> checks) {
  /** The result of a check. */
  public enum Result {
    PASSED,
    FAILED,
    /** It could not be made, or was not asked for. */
    SKIPPED
  }

  /**
   * A check.
   *
   * @param name one word
   * @param summary the result in words, without a full stop
   * @param details a line for each thing that is wrong, or that should be known
   */
  public record Check(String name, Result result, String summary, List<String> details) {
    public Check {
      details = List.copyOf(details);
    }

    static Check passed(String name, String summary) {
      return new Check(name, Result.PASSED, summary, List.of());
    }

    static Check skipped(String name, String summary) {
      return new Check(name, Result.SKIPPED, summary, List.of());
    }

    static Check failed(String name, String summary, List<String> details) {
      return new Check(name, Result.FAILED, summary, details);
    }
  }

  public VerifyReport {
    checks = List.copyOf(checks);
  }

  /** Returns the first check that failed. */
  public Optional<Check> failure() {
    return checks.stream().filter(check -> check.result() == Result.FAILED).findFirst();
  }

  /** Returns the report for programs. */
  public JsonObject toJson() {
    List<Json> all = new ArrayList<>();
    for (Check check : checks) {
      all.add(
          JsonObject.builder()
              .put("check", check.name())
              .put("result", check.result().name().toLowerCase(Locale.ROOT))
              .put("summary", check.summary())
              .put("details", check.details())
              .build());
    }
    return JsonObject.builder()
        .put("verified", failure().isEmpty())
        .put("checks", new JsonArray(all))
        .build();
  }
}
