package linuxkit.oci.store;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import linuxkit.base.Failure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.MediaTypes;

/** Finds the blobs that images consist of. */
final class Reachability {
  private Reachability() {}

  /**
   * Returns all blobs that roots refer to, including themselves. Unreadable documents are not
   * followed.
   */
  static Map<Digest, Descriptor> of(ImageStore store, Collection<Descriptor> roots) {
    Map<Digest, Descriptor> found = new LinkedHashMap<>();
    ArrayDeque<Descriptor> todo = new ArrayDeque<>(roots);
    while (!todo.isEmpty()) {
      Descriptor blob = todo.pop();
      if (found.putIfAbsent(blob.digest(), blob) == null && store.has(blob)) {
        todo.addAll(children(store, blob));
      }
    }
    return found;
  }

  private static List<Descriptor> children(ImageStore store, Descriptor blob) {
    String type = blob.mediaType();
    try {
      if (MediaTypes.isIndex(type)) {
        return ImageIndex.parse(store.read(blob), type, "").manifests();
      }
      if (MediaTypes.isManifest(type)) {
        ImageManifest manifest = ImageManifest.parse(store.read(blob), type, "");
        return Stream.concat(Stream.of(manifest.config()), manifest.layers().stream()).toList();
      }
      return List.of();
    } catch (Failure _) {
      // The parts of an unreadable document are useless.
      return List.of();
    }
  }
}
