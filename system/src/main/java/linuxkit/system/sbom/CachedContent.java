package linuxkit.system.sbom;

import java.io.IOException;
import java.io.InputStream;
import linuxkit.base.CachedFile;
import linuxkit.filesystem.Content;

/** A file of the cache as the content of a file. */
record CachedContent(CachedFile file) implements Content {
  @Override
  public long size() {
    return file.size();
  }

  @Override
  public String sha256() {
    return file.sha256();
  }

  @Override
  public InputStream open() throws IOException {
    return file.open();
  }
}
