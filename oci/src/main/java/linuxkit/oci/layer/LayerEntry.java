package linuxkit.oci.layer;

import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.archive.SparseMap;

/** An entry of a layer. Paths have the form of a file tree. */
sealed interface LayerEntry {
  /**
   * Returns the path of the entry; of a whiteout, the path that it hides rather than that of its
   * marker.
   */
  String path();

  /**
   * A file without content.
   *
   * @param node a directory, symbolic link, device or FIFO
   */
  record Plain(String path, Node node) implements LayerEntry {}

  /**
   * A regular file.
   *
   * @param offset the offset of the content within the uncompressed layer, in bytes
   * @param size in bytes
   * @param sha256 the hash of the content, in lower-case hexadecimal digits
   * @param machine the result of {@link ElfHeader#machine} for the content
   */
  record File(String path, Metadata metadata, long offset, long size, String sha256, int machine)
      implements LayerEntry {}

  /**
   * A regular file of which the layer holds only a part.
   *
   * @param file with the offset of the stored data, and with size and hash of the whole file
   * @param map the places of the stored data
   */
  record SparseFile(File file, SparseMap map) implements LayerEntry {
    @Override
    public String path() {
      return file.path();
    }
  }

  /**
   * A hard link.
   *
   * @param target the path of the file linked to
   */
  record HardLink(String path, String target) implements LayerEntry {}

  /** A marker that removes a file of lower layers. */
  record Whiteout(String path) implements LayerEntry {}

  /** A marker that removes everything that lower layers have in a directory. */
  record Opaque(String path) implements LayerEntry {}
}
