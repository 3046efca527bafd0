package linuxkit.filesystem;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import linuxkit.base.cache.CachedFile;

/**
 * The payload of a cached file that was hashed when it was found or made, as content.
 *
 * @param file not one of {@link linuxkit.base.cache.WorkCache#getUnverified}, which nobody has
 *     hashed
 */
public record CachedContent(CachedFile file) implements Content {
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

  @Override
  public void writeTo(OutputStream out) throws IOException {
    // An unchanged build does little else than copy such files: they are not hashed a second time.
    file.copyTo(out);
  }
}
