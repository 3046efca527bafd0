package linuxkit.trust.policy;

import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.Lazy;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.trust.Authority;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Statement;
import linuxkit.trust.Verdict;
import linuxkit.yaml.Position;

/**
 * One entry of a requirement: somebody who may sign, and what.
 *
 * @param label for people, such as {@code key team.pub}
 * @param attested what must be stated; empty for a plain signature
 * @param isOnePerson whether all signatures that it accepts count once
 */
record Signer(
    String label,
    Position position,
    Lazy<Authority> authority,
    Optional<Attested> attested,
    boolean isOnePerson) {
  /** The type of the statement that a signature is, in the form of a bundle. */
  private static final String SIGNATURE = "https://sigstore.dev/cosign/sign/v1";

  /**
   * A statement that is required.
   *
   * @param builder who made the image, if the statement is its provenance
   */
  record Attested(String predicateType, Optional<String> builder) {}

  /** Checks one piece of evidence. */
  Verdict check(Evidence evidence, SignedSubject subject) {
    Verdict verdict;
    try {
      verdict = authority.get().check(evidence, subject);
    } catch (Failure malformed) {
      return new Verdict.Refused(malformed.what());
    }
    return verdict instanceof Verdict.Accepted accepted
        ? problem(accepted, subject).<Verdict>map(Verdict.Refused::new).orElse(accepted)
        : verdict;
  }

  private Optional<String> problem(Verdict.Accepted accepted, SignedSubject subject) {
    if (!subject.digests().contains(accepted.subject())) {
      return Optional.of("it is about " + accepted.subject() + ", another image");
    }
    String type = accepted.statement().map(Statement::predicateType).orElse(SIGNATURE);
    if (attested.isEmpty()) {
      // Otherwise whoever signs a bill of materials would approve of the image.
      return type.equals(SIGNATURE)
          ? Optional.empty()
          : Optional.of("it is a statement of type " + type + ", not a signature of the image");
    }
    if (!type.equals(attested.get().predicateType())) {
      return Optional.of("it states " + type + ", not " + attested.get().predicateType());
    }
    Optional<String> builder = accepted.statement().flatMap(s -> builder(s.predicate()));
    return attested.get().builder().isEmpty() || attested.get().builder().equals(builder)
        ? Optional.empty()
        : Optional.of(
            builder.map(other -> "the builder is " + other).orElse("it does not name a builder")
                + ", not "
                + attested.get().builder().get());
  }

  // SLSA provenance v1 has the builder in runDetails, v0.2 at the top.
  private static Optional<String> builder(JsonObject predicate) {
    JsonObject run = object(predicate, "runDetails").orElse(predicate);
    return object(run, "builder")
        .flatMap(builder -> builder.get("id"))
        .filter(JsonString.class::isInstance)
        .map(id -> ((JsonString) id).value());
  }

  private static Optional<JsonObject> object(JsonObject in, String name) {
    Optional<Json> found = in.get(name).filter(JsonObject.class::isInstance);
    return found.map(JsonObject.class::cast);
  }
}
