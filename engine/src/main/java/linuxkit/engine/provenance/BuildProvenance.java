package linuxkit.engine.provenance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.engine.BuildRequest;
import linuxkit.engine.BuildResult;
import linuxkit.engine.BuildTarget;
import linuxkit.engine.SystemBuild;
import linuxkit.engine.inputs.BuildInputs;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.cosign.CosignBundle;
import linuxkit.trust.dsse.Statements;
import linuxkit.trust.keys.SigningKey;

/**
 * Writes the provenance of builds: an in-toto statement v1 with a predicate of SLSA v1. The same
 * build gives the same bytes: there is no time, no place and no user in it.
 */
public final class BuildProvenance {
  /** The type of the statement. */
  public static final String STATEMENT = "https://in-toto.io/Statement/v1";

  /** The type of the predicate. */
  public static final String PREDICATE = "https://slsa.dev/provenance/v1";

  /** The type of the build, which says what the parameters mean. */
  public static final String BUILD_TYPE = "https://github.com/linuxkit/linuxkit/build/v1";

  /**
   * The builder of a system.
   *
   * @param id a URI that identifies who is trusted to build
   * @param version of the program
   */
  public record Builder(String id, String version) {
    /** The builder of whoever does not name another. */
    public static final String LOCAL = "https://github.com/linuxkit/linuxkit/builder/local";
  }

  private BuildProvenance() {}

  /**
   * Returns the statement about the artefacts of a build, in UTF-8 with LF at each line's end.
   *
   * @throws linuxkit.base.Failure if an artefact has changed since, or the outputs are not files
   */
  public static byte[] statement(
      BuildRequest request, BuildInputs inputs, BuildResult result, Builder builder) {
    JsonObject statement =
        JsonObject.builder()
            .put("_type", STATEMENT)
            .put("subject", subjects(result))
            .put("predicateType", PREDICATE)
            .put(
                "predicate",
                JsonObject.builder()
                    .put("buildDefinition", definition(request, inputs, builder))
                    .put("runDetails", details(inputs, builder))
                    .build())
            .build();
    return (JsonFormat.indented(2).write(statement) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Signs a statement.
   *
   * @return a Sigstore bundle with the statement in a DSSE envelope, which cosign 3 reads
   */
  public static byte[] signed(byte[] statement, SigningKey key) {
    return CosignBundle.attestation(key, Statements.parse(statement));
  }

  /**
   * Builds a system, and writes its provenance once the outputs are in place.
   *
   * @param file for the provenance
   * @param key that signs it, if there is one
   * @throws linuxkit.base.Failure if the system cannot be built, or the provenance not be written
   */
  public static BuildResult build(
      SystemBuild build,
      BuildRequest request,
      Builder builder,
      Path file,
      Optional<SigningKey> key) {
    if (request.target().writes(file, request.outputs().disks().compression())
        || request.target() instanceof BuildTarget.ToStream) {
      throw new TrustFailure(
          "the provenance needs a file of its own, beside outputs that are files",
          file.toString(),
          "write the outputs to files of other names");
    }
    try (AtomicFile written = AtomicFile.create(file)) {
      List<BuildInputs> used = new ArrayList<>();
      BuildResult result = build.run(request, used::add);
      byte[] statement = statement(request, used.getFirst(), result, builder);
      written.stream().write(key.map(signing -> signed(statement, signing)).orElse(statement));
      written.commit();
      return result;
    } catch (IOException e) {
      throw FileFailure.of("cannot write the provenance", file, e);
    }
  }

  private static JsonArray subjects(BuildResult result) {
    SequencedMap<String, String> digests = new TreeMap<>();
    for (BuildResult.BuiltArtefact artefact : result.artefacts()) {
      digests.put(String.valueOf(artefact.path().getFileName()), artefact.sha256());
    }
    List<Json> subjects = new ArrayList<>();
    digests.forEach((name, sha256) -> subjects.add(resource(name, sha256)));
    return new JsonArray(subjects);
  }

  private static JsonObject resource(String name, String sha256) {
    return JsonObject.builder().put("name", name).put("digest", Map.of("sha256", sha256)).build();
  }

  private static JsonObject definition(BuildRequest request, BuildInputs inputs, Builder builder) {
    List<Json> dependencies = new ArrayList<>();
    Dependencies.of(inputs, request.platform()).forEach(each -> dependencies.add(each.toJson()));
    return JsonObject.builder()
        .put("buildType", BUILD_TYPE)
        .put("externalParameters", RequestParameters.of(request, inputs))
        .put("internalParameters", ToolVersions.of(request, inputs, builder.version()))
        .put("resolvedDependencies", new JsonArray(dependencies))
        .build();
  }

  private static JsonObject details(BuildInputs inputs, Builder builder) {
    List<Json> byproducts = new ArrayList<>();
    inputs.sboms().forEach((path, sha256) -> byproducts.add(resource(path, sha256)));
    inputs.lock().ifPresent(sha256 -> byproducts.add(resource(ProvenanceReader.LOCK, sha256)));
    return JsonObject.builder()
        .put(
            "builder",
            JsonObject.builder()
                .put("id", builder.id())
                .put("version", Map.of("linuxkit", builder.version()))
                .build())
        .put("byproducts", new JsonArray(byproducts))
        .build();
  }
}
