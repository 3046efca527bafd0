package linuxkit.trust.policy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonBoolean;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;

/** The form of decisions in records and in the output of commands. */
public final class DecisionJson {
  private DecisionJson() {}

  /** Returns a decision as an object. */
  public static JsonObject write(Decision decision) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("allowed", decision instanceof Decision.Allowed)
            .put("rule", decision.rule())
            .put("place", decision.place());
    if (decision instanceof Decision.Allowed allowed) {
      json.put("because", allowed.because());
      allowed.until().ifPresent(until -> json.put("until", until.toString()));
    } else if (decision instanceof Decision.Refused refused) {
      json.put("reasons", refused.reasons());
    }
    json.put(
        "requirements",
        new JsonArray(decision.outcomes().stream().<Json>map(DecisionJson::outcome).toList()));
    return json.build();
  }

  private static JsonObject outcome(Outcome outcome) {
    return JsonObject.builder()
        .put("requirement", outcome.requirement())
        .put("place", outcome.place())
        .put("met", outcome.met())
        .put(
            "accepted",
            new JsonArray(outcome.accepted().stream().<Json>map(DecisionJson::accepted).toList()))
        .put("reasons", outcome.reasons())
        .build();
  }

  private static JsonObject accepted(Outcome.Accepted accepted) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("signer", accepted.signer())
            .put("evidence", accepted.evidence())
            .put("subject", accepted.subject());
    accepted.statement().ifPresent(type -> json.put("predicateType", type));
    accepted.until().ifPresent(until -> json.put("until", until.toString()));
    return json.build();
  }

  /** Reads what {@link #write} has written; empty if it is anything else. */
  public static Optional<Decision> read(Json json) {
    try {
      return Optional.of(decision(json));
    } catch (IllegalArgumentException | DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Decision decision(Json json) {
    JsonObject object = object(json);
    List<Outcome> outcomes =
        list(object, "requirements").stream().map(DecisionJson::outcome).toList();
    String rule = text(object, "rule");
    String place = text(object, "place");
    return truth(object, "allowed")
        ? new Decision.Allowed(
            rule, place, text(object, "because"), outcomes, time(object, "until"))
        : new Decision.Refused(rule, place, texts(object, "reasons"), outcomes);
  }

  private static Outcome outcome(Json json) {
    JsonObject object = object(json);
    return new Outcome(
        text(object, "requirement"),
        text(object, "place"),
        truth(object, "met"),
        list(object, "accepted").stream().map(DecisionJson::accepted).toList(),
        texts(object, "reasons"));
  }

  private static Outcome.Accepted accepted(Json json) {
    JsonObject object = object(json);
    return new Outcome.Accepted(
        text(object, "signer"),
        text(object, "evidence"),
        text(object, "subject"),
        object.get("predicateType").isPresent()
            ? Optional.of(text(object, "predicateType"))
            : Optional.empty(),
        time(object, "until"));
  }

  private static JsonObject object(Json json) {
    if (json instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("not an object");
  }

  private static String text(JsonObject in, String name) {
    if (in.get(name).orElse(null) instanceof JsonString text) {
      return text.value();
    }
    throw new IllegalArgumentException("not a text: " + name);
  }

  private static boolean truth(JsonObject in, String name) {
    return in.get(name).equals(Optional.of(JsonBoolean.of(true)));
  }

  private static Optional<Instant> time(JsonObject in, String name) {
    return in.get(name).isPresent() ? Optional.of(Instant.parse(text(in, name))) : Optional.empty();
  }

  private static List<Json> list(JsonObject in, String name) {
    if (in.get(name).orElse(null) instanceof JsonArray list) {
      return list.elements();
    }
    throw new IllegalArgumentException("not a list: " + name);
  }

  private static List<String> texts(JsonObject in, String name) {
    List<String> texts = new ArrayList<>();
    for (Json element : list(in, name)) {
      if (!(element instanceof JsonString text)) {
        throw new IllegalArgumentException("not a text in " + name);
      }
      texts.add(text.value());
    }
    return texts;
  }
}
