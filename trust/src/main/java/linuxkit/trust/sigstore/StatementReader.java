package linuxkit.trust.sigstore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import linuxkit.json.JsonObject;
import linuxkit.trust.Statement;
import linuxkit.trust.sigstore.Bundle.Envelope;

/** Reads the in-toto statement in an envelope whose signature is right. */
final class StatementReader {
  private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
  private static final int MAX_SUBJECTS = 1024;

  private StatementReader() {}

  static Statement read(Envelope envelope) {
    if (!envelope.payloadType().equals(PAYLOAD_TYPE)) {
      throw Refusal.of("the payload is of the type " + envelope.payloadType());
    }
    Fields statement = Fields.parse(envelope.payload(), "statement");
    String type = statement.text("_type");
    if (!type.equals("https://in-toto.io/Statement/v1")
        && !type.equals("https://in-toto.io/Statement/v0.1")) {
      throw Refusal.of("unknown type of a statement: " + type);
    }
    List<Statement.Subject> subjects = new ArrayList<>();
    for (Fields subject : statement.objects("subject", MAX_SUBJECTS)) {
      Map<String, String> digests = new LinkedHashMap<>();
      Fields digest = subject.object("digest");
      for (String algorithm : digest.object().members().keySet()) {
        digests.put(algorithm, digest.text(algorithm));
      }
      subjects.add(new Statement.Subject(subject.optionalText("name").orElse(""), digests));
    }
    return new Statement(
        subjects,
        statement.text("predicateType"),
        statement.optionalObject("predicate").map(Fields::object).orElse(JsonObject.EMPTY));
  }
}
