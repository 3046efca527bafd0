package linuxkit.oci.layer;

import java.io.InputStream;
import java.nio.channels.FileChannel;
import linuxkit.oci.Descriptor;

/** The bytes of a layer as they are stored. Usable from several threads at once. */
public interface LayerBlob {
  Descriptor descriptor();

  /** A verified stream over the whole blob; the caller closes it. */
  InputStream open();

  /** For reading single files, which the reader verifies itself; the caller closes it. */
  FileChannel channel();
}
