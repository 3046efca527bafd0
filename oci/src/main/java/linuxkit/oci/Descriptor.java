package linuxkit.oci;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import linuxkit.json.JsonObject;

/**
 * A pointer to content: what it is, how long, and its digest (OCI image specification,
 * descriptor.md).
 *
 * @param size in bytes, not negative
 * @param platform only on an index's entries, and not on all of them
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Optional<Platform> platform,
    SortedMap<String, String> annotations) {
  /** One that says nothing beyond the content. */
  public static Descriptor of(String mediaType, Digest digest, long size) {
    return new Descriptor(mediaType, digest, size, Optional.empty(), Collections.emptySortedMap());
  }

  /** As indexes and manifests list it. */
  public JsonObject toJson() {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("mediaType", mediaType)
            .put("digest", digest.toString())
            .put("size", size);
    if (!annotations.isEmpty()) {
      json.put("annotations", annotations);
    }
    platform.ifPresent(p -> json.put("platform", p.toJson()));
    return json.build();
  }
}
