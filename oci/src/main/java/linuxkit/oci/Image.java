package linuxkit.oci;

import java.util.List;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;

/** An image for one platform, whose content is at hand. */
public interface Image {
  /** The name it was asked for by. */
  Reference reference();

  /** Of the image manifest for the platform, not of the index around it. */
  Digest digest();

  ImageConfig config();

  /**
   * The files of all layers laid over each other, whiteouts applied (OCI image specification,
   * layer.md). Every call gives a tree of its own, which the caller may change.
   *
   * @throws linuxkit.base.Failure when a layer is missing, damaged, or not what its digest says
   */
  FileTree tree();

  /**
   * What the image's builder states of it: in-toto statements that lie beside the image in its
   * index, as BuildKit puts them there. They are not looked into, and not read before they are
   * asked for their bytes.
   *
   * @param predicateType the type that the index gives a statement's content, such as {@code
   *     https://spdx.dev/Document}
   * @return none when the image has no such statement, in the order of the index, each once
   * @throws linuxkit.base.Failure when a statement belongs to the image and is not at hand
   */
  List<Content> attestations(String predicateType);

  /**
   * What the layers do at a path of {@link #tree}, the lowest first: only those that change
   * something there.
   *
   * @throws linuxkit.base.Failure as {@link #tree}
   */
  List<LayerChange> history(String path);
}
