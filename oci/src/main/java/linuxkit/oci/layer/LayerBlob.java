package linuxkit.oci.layer;

import java.io.InputStream;
import java.nio.channels.FileChannel;
import linuxkit.oci.Descriptor;

/** The stored bytes of a layer. Implementations are safe for use by several threads. */
public interface LayerBlob {
  Descriptor descriptor();

  /** Opens a verified stream over the whole blob. The caller closes it. */
  InputStream open();

  /** Returns whether {@link #repair} can replace a damaged blob. */
  default boolean canBeRepaired() {
    return false;
  }

  /**
   * Verifies the blob, and replaces it if it is missing or damaged.
   *
   * @return whether it was damaged and has been replaced
   */
  default boolean repair() {
    return false;
  }

  /** Opens a channel for reading single files, which the reader verifies. The caller closes it. */
  FileChannel channel();
}
