package linuxkit.oci;

import java.util.Optional;

/**
 * The subject of a manifest (OCI image specification, manifest.md, "subject").
 *
 * @param digest the digest of the manifest that is referred to
 * @param artifactType the type of the referring manifest
 */
public record Subject(Digest digest, String artifactType) {
  /**
   * Reads the subject of a document; empty if it has none.
   *
   * @param document an index or a manifest
   * @param where the name of the document, for failures
   * @throws ManifestFailure if its subject is malformed
   * @throws linuxkit.json.JsonFailure if it is not strict JSON
   */
  public static Optional<Subject> of(byte[] document, String where) {
    JsonFields fields = JsonFields.parse(document, where);
    String type = fields.text("artifactType");
    String own =
        type.isEmpty()
            ? fields.object("config").map(config -> config.text("mediaType")).orElse("")
            : type;
    return fields.object("subject").map(subject -> new Subject(subject.digest("digest"), own));
  }
}
