package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import linuxkit.filesystem.Content;

/** A whole uncompressed layer as content. */
record LayerArchive(Layer.Tar tar, String sha256) implements Content {
  @Override
  public long size() {
    return tar.size();
  }

  @Override
  public InputStream open() throws IOException {
    return tar.stream();
  }
}
