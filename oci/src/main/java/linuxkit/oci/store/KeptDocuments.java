package linuxkit.oci.store;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import linuxkit.oci.Descriptor;

/**
 * Keeps small documents in memory that were read and verified: a build reads the index, manifest
 * and configuration of each of its images several times.
 */
final class KeptDocuments {
  private static final int MAX_BYTES = 1 << 22;

  // By digest.
  private final Map<String, byte[]> kept = new HashMap<>();
  private int bytes;

  /** Returns a document; {@code read} reads and verifies it if it is not kept. */
  byte[] get(Descriptor blob, Supplier<byte[]> read) {
    String digest = blob.digest().toString();
    Optional<byte[]> known = find(digest, blob.size());
    if (known.isPresent()) {
      return known.get();
    }
    byte[] found = read.get();
    keep(digest, found);
    return found.clone();
  }

  private synchronized Optional<byte[]> find(String digest, long size) {
    return Optional.ofNullable(kept.get(digest))
        .filter(document -> document.length == size)
        .map(byte[]::clone);
  }

  private synchronized void keep(String digest, byte[] document) {
    if (bytes + document.length <= MAX_BYTES && kept.putIfAbsent(digest, document) == null) {
      bytes += document.length;
    }
  }
}
