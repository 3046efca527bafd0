package linuxkit.oci.layer;

import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/** What one entry of a layer asks for; paths are in the form of a file tree. */
sealed interface LayerEntry {
  /** Of a whiteout what it hides, not where its marker lies. */
  String path();

  /**
   * A file that has no content.
   *
   * @param node a directory, symbolic link, device or FIFO
   */
  record Plain(String path, Node node) implements LayerEntry {}

  /**
   * @param offset of the content within the uncompressed layer
   * @param size in bytes
   * @param sha256 of the content, in lower-case hexadecimal digits
   * @param machine what {@link ElfHeader#machine} says of the content
   */
  record File(String path, Metadata metadata, long offset, long size, String sha256, int machine)
      implements LayerEntry {}

  /**
   * @param target the path of the file linked to
   */
  record HardLink(String path, String target) implements LayerEntry {}

  /** Takes a file of the lower layers away. */
  record Whiteout(String path) implements LayerEntry {}

  /** Takes away what the lower layers have in a directory. */
  record Opaque(String path) implements LayerEntry {}
}
