package linuxkit.oci;

import java.util.List;
import java.util.Optional;

/** Parsing that indexes and manifests have in common. */
final class Documents {
  private Documents() {}

  /**
   * Starts to read an index or a manifest. No bytes may be valid as both (CVE-2021-41190): if the
   * document has a media type, it must be the announced one, and only the list of that type may be
   * present.
   */
  static JsonFields parse(
      byte[] document, String mediaType, String list, String foreignList, String where) {
    JsonFields fields = JsonFields.parse(document, where);
    if (fields.size("schemaVersion") != 2) {
      throw new ManifestFailure(
          "the manifest has the obsolete schema version 1",
          where,
          "push the image again with a current tool");
    }
    String own = fields.text("mediaType");
    if (!own.isEmpty() && !own.equals(mediaType)) {
      throw fields.failure("mediaType", "is " + own + ", but it was announced as " + mediaType);
    }
    if (fields.has(foreignList)) {
      throw fields.failure(foreignList, "does not belong in a document of type " + mediaType);
    }
    if (!fields.has(list)) {
      throw fields.failure(list, "is missing");
    }
    return fields;
  }

  static List<Descriptor> descriptors(JsonFields fields, String list) {
    return fields.objects(list).stream().map(Documents::descriptor).toList();
  }

  static Descriptor descriptor(JsonFields fields) {
    return new Descriptor(
        fields.requiredText("mediaType"),
        fields.digest("digest"),
        fields.size("size"),
        platform(fields),
        fields.map("annotations"));
  }

  private static Optional<Platform> platform(JsonFields fields) {
    return fields
        .object("platform")
        .map(p -> new Platform(p.text("os"), p.text("architecture"), p.text("variant")));
  }
}
