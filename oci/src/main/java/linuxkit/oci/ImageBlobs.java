package linuxkit.oci;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import linuxkit.filesystem.Content;

/**
 * An image as it is handed on, not unpacked.
 *
 * @param root its index, or its manifest where there is no index
 * @param blobs all that the root leads to, itself included: indexes, manifests, configurations,
 *     layers
 */
public record ImageBlobs(Descriptor root, SequencedMap<Digest, Content> blobs) {
  public ImageBlobs {
    blobs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(blobs));
  }
}
