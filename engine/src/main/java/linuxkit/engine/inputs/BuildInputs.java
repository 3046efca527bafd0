package linuxkit.engine.inputs;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.oci.Reference;

/**
 * Everything that a build has used, besides its request.
 *
 * @param manifests the bytes of each, in order
 * @param images in the order of the manifest, then those of boot loaders, then the bases of
 *     Dockerfiles
 * @param unusedLoaders boot loaders that the manifest names and the formats do not need
 * @param files the SHA-256 of each file of this machine, by the path that the manifest gives
 * @param epoch {@code SOURCE_DATE_EPOCH}; empty if it was not set
 * @param lock the SHA-256 of the lock file, if there was one
 * @param sboms the SHA-256 of each bill of materials in the system, by its path
 */
public record BuildInputs(
    List<byte[]> manifests,
    List<UsedImage> images,
    List<Reference> unusedLoaders,
    SortedMap<String, String> files,
    String epoch,
    Optional<String> lock,
    SortedMap<String, String> sboms) {
  public BuildInputs {
    manifests = List.copyOf(manifests);
    images = List.copyOf(images);
    unusedLoaders = List.copyOf(unusedLoaders);
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    sboms = Collections.unmodifiableSortedMap(new TreeMap<>(sboms));
  }
}
