package linuxkit.oci.layer;

import java.util.ArrayList;
import java.util.List;

/**
 * The entries of a layer, in the order of its archive. They stay in the form that {@link
 * LayerIndexWriter} wrote, which takes a fifth of the memory that objects would take: a layer may
 * have a million files.
 */
final class LayerIndex {
  private final byte[] bytes;
  private final String sha256;
  private final boolean hides;

  /**
   * @param bytes a valid index
   * @param sha256 the hash of the uncompressed layer, in lower-case hexadecimal digits
   * @param hides whether any entry removes files of lower layers
   */
  LayerIndex(byte[] bytes, String sha256, boolean hides) {
    this.bytes = bytes;
    this.sha256 = sha256;
    this.hides = hides;
  }

  String sha256() {
    return sha256;
  }

  boolean hides() {
    return hides;
  }

  /** Returns a new reader of the entries, which is before the first one. */
  LayerIndexReader reader() {
    return new LayerIndexReader(bytes);
  }

  /** Returns a new reader of what a regular file has beside its path and metadata. */
  IndexInput file(int position) {
    IndexInput in = new IndexInput(bytes);
    in.moveTo(position);
    return in;
  }

  /** Returns the path of a regular file. Reads all entries before it. */
  String path(int position) {
    LayerIndexReader reader = reader();
    while (reader.next()) {
      if (reader.isFile() && reader.position() == position) {
        return reader.path();
      }
    }
    throw new IllegalArgumentException("no file is at " + position);
  }

  /** Returns all entries, for archives that have few. */
  List<LayerEntry> entries() {
    List<LayerEntry> entries = new ArrayList<>();
    LayerIndexReader reader = reader();
    while (reader.next()) {
      entries.add(reader.entry());
    }
    return entries;
  }
}
