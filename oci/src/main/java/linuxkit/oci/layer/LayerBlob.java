package linuxkit.oci.layer;

import java.io.InputStream;
import java.nio.channels.FileChannel;
import linuxkit.oci.Descriptor;

/** The bytes of a layer as they are stored. Usable from several threads at once. */
public interface LayerBlob {
  Descriptor descriptor();

  /** A verified stream over the whole blob; the caller closes it. */
  InputStream open();

  /** Whether {@link #repair} could better anything. */
  default boolean canBeRepaired() {
    return false;
  }

  /**
   * Looks through the blob, and replaces it when it is missing or damaged.
   *
   * @return whether it was, and is whole now
   */
  default boolean repair() {
    return false;
  }

  /** For reading single files, which the reader verifies itself; the caller closes it. */
  FileChannel channel();
}
