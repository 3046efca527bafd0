package linuxkit.oci.layer;

import java.util.List;

/**
 * The entries of a layer, in the order of its archive.
 *
 * @param sha256 the hash of the uncompressed layer, in lower-case hexadecimal digits
 */
record LayerIndex(List<LayerEntry> entries, String sha256) {
  LayerIndex {
    entries = List.copyOf(entries);
  }
}
