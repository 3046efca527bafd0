package linuxkit.oci;

import java.util.Optional;
import java.util.SortedMap;

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
    SortedMap<String, String> annotations) {}
