package linuxkit.oci;

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
}
