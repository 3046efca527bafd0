package linuxkit.oci.signatures;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.registry.FetchedDocument;

/** Writes manifests for signatures and attestations. They contain no time. */
public final class ArtefactWriter {
  private static final byte[] NOTHING = "{}".getBytes(UTF_8);

  private ArtefactWriter() {}

  /**
   * Returns an artefact that refers to its subject (OCI image specification, "Guidelines for
   * Artifact Usage").
   *
   * @param subject the index or manifest that it is about
   * @param type of the document and of the artefact
   * @param annotations of the artefact
   */
  public static SignatureArtefact referrer(
      Descriptor subject, String type, byte[] document, Map<String, String> annotations) {
    Descriptor config = blob(SignatureTypes.EMPTY, NOTHING);
    Descriptor layer = blob(type, document);
    JsonObject.Builder manifest =
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", MediaTypes.OCI_MANIFEST)
            .put("artifactType", type)
            .put("config", config.toJson())
            .put("layers", new JsonArray(List.of(layer.toJson())))
            .put(
                "subject",
                Descriptor.of(subject.mediaType(), subject.digest(), subject.size()).toJson());
    if (!annotations.isEmpty()) {
      manifest.put("annotations", new TreeMap<>(annotations));
    }
    // The document may be as empty as the configuration.
    Map<Digest, byte[]> blobs = new HashMap<>();
    blobs.put(config.digest(), NOTHING);
    blobs.put(layer.digest(), document);
    return new SignatureArtefact(
        SignatureArtefact.Place.REFERRER, document(manifest.build()), blobs);
  }

  /**
   * Returns an artefact in cosign's classic form, which is found under a tag.
   *
   * @param type of the document
   * @param annotations of the document, with its signature
   */
  public static SignatureArtefact classic(
      SignatureArtefact.Place place,
      String type,
      byte[] document,
      Map<String, String> annotations) {
    SortedMap<String, String> sorted = new TreeMap<>(annotations);
    Descriptor plain = blob(type, document);
    return classic(
        place,
        List.of(new Descriptor(type, plain.digest(), plain.size(), Optional.empty(), sorted)),
        Map.of(plain.digest(), document));
  }

  /** Returns an artefact in cosign's classic form with several documents. */
  static SignatureArtefact classic(
      SignatureArtefact.Place place, List<Descriptor> layers, Map<Digest, byte[]> documents) {
    byte[] content = config(layers);
    Descriptor config = blob(MediaTypes.OCI_CONFIG, content);
    JsonObject manifest =
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", MediaTypes.OCI_MANIFEST)
            .put("config", config.toJson())
            .put("layers", new JsonArray(layers.stream().<Json>map(Descriptor::toJson).toList()))
            .build();
    Map<Digest, byte[]> blobs = new HashMap<>(documents);
    blobs.put(config.digest(), content);
    return new SignatureArtefact(place, document(manifest), blobs);
  }

  // cosign stores its signatures as an image, whose configuration must be one of an image.
  private static byte[] config(List<Descriptor> layers) {
    List<String> digests = new ArrayList<>();
    layers.forEach(layer -> digests.add(layer.digest().toString()));
    return JsonFormat.COMPACT.bytes(
        JsonObject.builder()
            .put("architecture", "")
            .put("os", "")
            .put("config", JsonObject.EMPTY)
            .put(
                "rootfs",
                JsonObject.builder().put("type", "layers").put("diff_ids", digests).build())
            .build());
  }

  private static Descriptor blob(String type, byte[] content) {
    return new Descriptor(
        type,
        Digest.sha256(content),
        content.length,
        Optional.empty(),
        Collections.emptySortedMap());
  }

  private static FetchedDocument document(JsonObject manifest) {
    byte[] bytes = JsonFormat.COMPACT.bytes(manifest);
    return new FetchedDocument(
        Descriptor.of(MediaTypes.OCI_MANIFEST, Digest.sha256(bytes), bytes.length), bytes);
  }
}
