package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import linuxkit.filesystem.Content;

/** A whole uncompressed layer as content. */
record LayerArchive(Layer.Tar tar, long size, String sha256) implements Content {
  @Override
  public InputStream open() throws IOException {
    return tar.stream();
  }
}
