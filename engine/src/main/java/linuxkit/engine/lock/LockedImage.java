package linuxkit.engine.lock;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;

/**
 * The meaning of a reference to an image.
 *
 * @param reference with the registry, as {@link Reference#parse} expands it
 * @param root the index or manifest that the reference meant
 * @param images the image for each platform, such as {@code linux/amd64}, or {@link #ANY}; a
 *     platform that the index did not have is missing
 */
public record LockedImage(
    Reference reference, Descriptor root, SortedMap<String, PlatformImage> images) {
  /** Stands for an image that does not say which platform it is for. */
  public static final String ANY = "any";

  /** The documents of the image for one platform. */
  public record PlatformImage(Digest manifest, Digest config) {}

  public LockedImage {
    images = Collections.unmodifiableSortedMap(new TreeMap<>(images));
  }

  /** Returns whether there is an image for a platform. */
  boolean supports(Platform platform) {
    return images.keySet().stream()
        .anyMatch(
            name -> name.equals(ANY) || Platform.parse(name).filter(platform::accepts).isPresent());
  }

  /** Returns the reference with the digest that is locked. */
  Reference pinned() {
    return new Reference(
        reference.registry(), reference.repository(), reference.tag(), Optional.of(root.digest()));
  }
}
