package linuxkit.oci;

import java.util.List;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;

/** An image for one platform, whose content is available. */
public interface Image {
  /** Returns the name by which the image was requested. */
  Reference reference();

  /** Returns the digest of the manifest for the platform, not of an index that lists it. */
  Digest digest();

  /** Returns the digest of what the reference names: an index, or the manifest itself. */
  default Digest root() {
    return digest();
  }

  /**
   * Reads the documents of the image, if that was put off.
   *
   * @throws linuxkit.base.Failure as when the image is found
   */
  default void load() {}

  ImageConfig config();

  /**
   * Returns the files of all layers, with whiteouts applied (OCI image specification, layer.md).
   * Every call returns a new tree, which the caller may change.
   *
   * @throws linuxkit.base.Failure if a layer is missing, damaged, or does not match its digest
   */
  FileTree tree();

  /**
   * Returns the in-toto statements about the image that its index lists, as BuildKit writes them.
   * They are not parsed, and not read before their content is opened.
   *
   * @param predicateType the type of the statements' content in the index, such as {@code
   *     https://spdx.dev/Document}
   * @return the statements in the order of the index, each once; empty if there are none
   * @throws linuxkit.base.Failure if a statement of the image is missing
   */
  List<Content> attestations(String predicateType);

  /**
   * Returns the changes that layers make at a path of {@link #tree}, lowest first. Layers that do
   * not change the path are omitted.
   *
   * @throws linuxkit.base.Failure as for {@link #tree}
   */
  List<LayerChange> history(String path);
}
