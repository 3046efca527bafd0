package linuxkit.trust.dsse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import linuxkit.base.Printable;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.trust.Statement;
import linuxkit.trust.Statement.Subject;
import linuxkit.trust.TrustFailure;

/** Reads and writes in-toto statements (in-toto attestation framework, v0.1 and v1). */
public final class Statements {
  /** The most subjects of a statement. */
  public static final int MAX_SUBJECTS = 10_000;

  private static final String V1 = "https://in-toto.io/Statement/v1";
  private static final Set<String> TYPES = Set.of("https://in-toto.io/Statement/v0.1", V1);

  private Statements() {}

  /**
   * Reads a statement whose signature was verified.
   *
   * @throws linuxkit.base.Failure if it is malformed or of another version
   */
  public static Statement parse(byte[] payload) {
    JsonObject statement = SignedFields.object(Json.parse(payload, ""), "the statement");
    String type = SignedFields.string(statement, "_type");
    if (!TYPES.contains(type)) {
      throw failure("the statement is of an unknown type: \"" + Printable.line(type) + '"');
    }
    List<Json> listed = SignedFields.array(statement, "subject").elements();
    if (listed.isEmpty() || listed.size() > MAX_SUBJECTS) {
      throw failure(
          "the statement has " + listed.size() + " subjects instead of 1 to " + MAX_SUBJECTS);
    }
    List<Subject> subjects = new ArrayList<>();
    for (Json each : listed) {
      subjects.add(subject(SignedFields.object(each, "a subject")));
    }
    String predicateType = SignedFields.string(statement, "predicateType");
    if (predicateType.isEmpty()) {
      throw failure("\"predicateType\" is empty");
    }
    JsonObject predicate =
        statement.get("predicate").isEmpty()
            ? JsonObject.EMPTY
            : SignedFields.object(statement, "predicate");
    return new Statement(subjects, predicateType, predicate);
  }

  private static Subject subject(JsonObject subject) {
    Map<String, String> digests = new LinkedHashMap<>();
    JsonObject digest = SignedFields.object(subject, "digest");
    for (String algorithm : digest.members().keySet()) {
      digests.put(algorithm, SignedFields.string(digest, algorithm));
    }
    if (digests.isEmpty()) {
      throw failure("a subject has no digest");
    }
    return new Subject(SignedFields.optionalString(subject, "name").orElse(""), digests);
  }

  /** Returns a statement v1; subjects without a name have only digests. */
  static JsonObject write(Statement statement) {
    List<Json> subjects = new ArrayList<>();
    for (Subject each : statement.subjects()) {
      JsonObject.Builder subject = JsonObject.builder();
      if (!each.name().isEmpty()) {
        subject.put("name", each.name());
      }
      subjects.add(subject.put("digest", new TreeMap<>(each.digests())).build());
    }
    return JsonObject.builder()
        .put("_type", V1)
        .put("subject", new JsonArray(subjects))
        .put("predicateType", statement.predicateType())
        .put("predicate", statement.predicate())
        .build();
  }

  private static TrustFailure failure(String what) {
    return new TrustFailure(what, "", "");
  }
}
