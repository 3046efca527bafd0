package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.MediaTypes;

/** An image in an index with a statement about it, as BuildKit pushes it. */
final class Attested {
  static final String TYPE = "https://spdx.dev/Document";
  static final String STATEMENT = "{\"_type\":\"https://in-toto.io/Statement/v0.1\"}";

  final byte[] index;
  private final byte[] manifest;
  private final Descriptor attestation;
  private final Descriptor statement;

  Attested(RandomImage image) {
    statement =
        RandomImage.descriptor(
            "application/vnd.in-toto+json", STATEMENT.getBytes(UTF_8), Optional.empty());
    manifest =
        RandomImage.bytes(
            JsonObject.builder()
                .put("schemaVersion", 2)
                .put("mediaType", MediaTypes.OCI_MANIFEST)
                .put("config", RandomImage.json(image.config, List.of()))
                .put(
                    "layers",
                    new JsonArray(
                        List.of(annotated(statement, Map.of("in-toto.io/predicate-type", TYPE)))))
                .build());
    attestation = RandomImage.descriptor(MediaTypes.OCI_MANIFEST, manifest, Optional.empty());
    Json entry =
        annotated(
            attestation,
            Map.of(
                "vnd.docker.reference.type",
                "attestation-manifest",
                "vnd.docker.reference.digest",
                image.manifest.digest().toString()));
    index = RandomImage.index(List.of(RandomImage.json(image.manifest, List.of()), entry));
  }

  private static JsonObject annotated(Descriptor descriptor, Map<String, String> annotations) {
    JsonObject.Builder json = JsonObject.builder();
    RandomImage.json(descriptor, List.of()).members().forEach(json::put);
    return json.put("annotations", annotations).build();
  }

  /** Makes a registry serve the attestation and its statement. The index lists them in any case. */
  void serve(FakeRegistry registry, String repository) {
    registry.on(
        "/v2/" + repository + "/manifests/" + attestation.digest(),
        FakeRegistry.answer(200, MediaTypes.OCI_MANIFEST, manifest));
    registry.on(
        "/v2/" + repository + "/blobs/" + statement.digest(),
        FakeRegistry.answer(200, "application/octet-stream", STATEMENT.getBytes(UTF_8)));
  }
}
