package linuxkit.engine.provenance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import linuxkit.base.FileFailure;
import linuxkit.base.Printable;
import linuxkit.base.Sha256;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.trust.Evidence;
import linuxkit.trust.Evidence.Form;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.TrustFailure;

/** Reads provenance: a statement, alone or in a DSSE envelope or a Sigstore bundle. */
public final class ProvenanceReader {
  static final String LOCK = "lock";
  static final String UNUSED = "unusedBootLoaders";

  private static final int MAX_SIZE = 32 << 20;
  private static final String SHA256 = "sha256";
  private static final String PREFIX = "sha256:";

  /**
   * A document with provenance. Its signature, if it has one, is not checked.
   *
   * @param bytes of the file; not to be changed
   * @param form of the signature; empty for a statement without one
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Document(byte[] bytes, Optional<Form> form, Provenance provenance) {
    /** Returns the outputs, which a signature must be about. */
    SignedSubject subjects() {
      return new SignedSubject(
          "", provenance.subjects().values().stream().map(hex -> PREFIX + hex).toList());
    }

    /** Returns the signature; empty if there is none. */
    Optional<Evidence> evidence() {
      return form.map(one -> new Evidence(one, PREFIX + Sha256.hex(bytes), bytes, Map.of()));
    }
  }

  private ProvenanceReader() {}

  /**
   * Reads a file.
   *
   * @throws FileFailure if it cannot be read
   * @throws linuxkit.base.Failure if it is not provenance of a system that linuxkit has built
   */
  public static Document read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_SIZE + 1);
      if (bytes.length > MAX_SIZE) {
        throw new TrustFailure("the provenance is larger than 32 MiB", file.toString(), "");
      }
      return parse(bytes, file.toString());
    } catch (IOException e) {
      throw FileFailure.of("cannot read the provenance", file, e);
    }
  }

  static Document parse(byte[] bytes, String where) {
    Fields document = Fields.of(Json.parse(bytes, where), where);
    if (document.has("dsseEnvelope")) {
      Fields statement = payload(document.object("dsseEnvelope"), where);
      return new Document(bytes, Optional.of(Form.SIGSTORE_BUNDLE), statement(statement));
    }
    if (document.has("payloadType")) {
      return new Document(bytes, Optional.of(Form.DSSE), statement(payload(document, where)));
    }
    return new Document(bytes, Optional.empty(), statement(document));
  }

  private static Fields payload(Fields envelope, String where) {
    try {
      byte[] payload = Base64.getDecoder().decode(envelope.text("payload"));
      return Fields.of(Json.parse(payload, where + ", payload"), where);
    } catch (IllegalArgumentException _) {
      throw envelope.failure("payload", "is not base64");
    }
  }

  /** Reads a statement that a signature covers. */
  static Provenance statement(JsonObject statement, String where) {
    return statement(Fields.of(statement, where));
  }

  private static Provenance statement(Fields statement) {
    expect(statement, "_type", BuildProvenance.STATEMENT);
    expect(statement, "predicateType", BuildProvenance.PREDICATE);
    return provenance(subjects(statement), statement.object("predicate"));
  }

  private static SequencedMap<String, String> subjects(Fields statement) {
    SequencedMap<String, String> subjects = new LinkedHashMap<>();
    for (Fields subject : statement.objects("subject")) {
      String name = subject.fileName("name");
      String sha256 = sha256(subject);
      if (sha256.isEmpty()) {
        throw subject.failure("digest.sha256", "is missing");
      }
      if (subjects.put(name, sha256) != null) {
        throw subject.failure("name", "occurs twice: " + Printable.line(name));
      }
    }
    if (subjects.isEmpty()) {
      throw statement.failure("subject", "has no output");
    }
    return subjects;
  }

  private static Provenance provenance(SequencedMap<String, String> subjects, Fields predicate) {
    Fields definition = predicate.object("buildDefinition");
    expect(definition, "buildType", BuildProvenance.BUILD_TYPE);
    List<Dependency> dependencies = new ArrayList<>();
    for (Fields each : definition.objects("resolvedDependencies")) {
      dependencies.add(
          new Dependency(
              each.text("name"),
              each.optional("uri"),
              each.strings("digest"),
              each.optional("mediaType"),
              each.strings("annotations")));
    }
    Fields parameters = definition.object("externalParameters");
    checkPlatforms(definition, parameters, dependencies);
    Fields details = predicate.object("runDetails");
    String lock = "";
    for (Fields byproduct : details.objects("byproducts")) {
      if (byproduct.optional("name").equals(LOCK)) {
        lock = sha256(byproduct);
      }
    }
    return new Provenance(
        subjects,
        parameters,
        dependencies,
        details.object("builder").text("id"),
        lock,
        definition.has("internalParameters")
            ? definition.object("internalParameters").texts(UNUSED)
            : List.of());
  }

  private static void checkPlatforms(
      Fields definition, Fields parameters, List<Dependency> dependencies) {
    String platform = parameters.text("platform");
    for (Dependency each : dependencies) {
      String other = each.annotations().getOrDefault(Dependency.PLATFORM, platform);
      if (!other.equals(platform)) {
        throw definition.failure(
            "resolvedDependencies",
            "has the image "
                + Printable.line(each.name())
                + " for "
                + Printable.line(other)
                + ", but the build was for "
                + Printable.line(platform));
      }
    }
  }

  private static String sha256(Fields resource) {
    String sha256 = resource.strings("digest").getOrDefault(SHA256, "");
    if (!sha256.isEmpty() && !sha256.matches("[0-9a-f]{64}")) {
      throw resource.failure("digest.sha256", "is not a SHA-256");
    }
    return sha256;
  }

  private static void expect(Fields fields, String name, String wanted) {
    String found = fields.text(name);
    if (!found.equals(wanted)) {
      throw fields.failure(name, "is not " + wanted + " but " + Printable.line(found));
    }
  }
}
