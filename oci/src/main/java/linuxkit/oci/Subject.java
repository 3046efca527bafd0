package linuxkit.oci;

import java.util.Optional;

/**
 * What a manifest is about (OCI image specification, manifest.md, "subject").
 *
 * @param digest of the manifest that it refers to
 * @param artifactType what it is itself
 */
public record Subject(Digest digest, String artifactType) {
  /**
   * @param document an index or a manifest
   * @param where what it is, for failures
   * @throws ManifestFailure when its subject is none
   * @throws linuxkit.json.JsonFailure when it is not strict JSON
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
