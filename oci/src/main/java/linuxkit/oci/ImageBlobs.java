package linuxkit.oci;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import linuxkit.filesystem.Content;

/**
 * The blobs of an image, to copy it unchanged.
 *
 * @param root the image's index, or its manifest if there is no index
 * @param blobs everything that the root refers to, including itself: indexes, manifests,
 *     configurations, layers
 */
public record ImageBlobs(Descriptor root, SequencedMap<Digest, Content> blobs) {
  public ImageBlobs {
    blobs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(blobs));
  }
}
