package linuxkit.oci;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import linuxkit.json.JsonObject;

/**
 * A reference to content by media type, size and digest (OCI image specification, descriptor.md).
 *
 * @param size in bytes, not negative
 * @param platform present only in entries of an index, and not in all of them
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Optional<Platform> platform,
    SortedMap<String, String> annotations) {
  /** Returns a descriptor without a platform and annotations. */
  public static Descriptor of(String mediaType, Digest digest, long size) {
    return new Descriptor(mediaType, digest, size, Optional.empty(), Collections.emptySortedMap());
  }

  /** Returns the descriptor as indexes and manifests contain it. */
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
