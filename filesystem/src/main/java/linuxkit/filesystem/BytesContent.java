package linuxkit.filesystem;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import linuxkit.base.Sha256;

/** Content in memory. */
final class BytesContent implements Content {
  private final byte[] bytes;
  private final String sha256;

  BytesContent(byte[] bytes) {
    this.bytes = bytes;
    this.sha256 = Sha256.hex(bytes);
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public String sha256() {
    return sha256;
  }

  @Override
  public InputStream open() {
    return new ByteArrayInputStream(bytes);
  }
}
