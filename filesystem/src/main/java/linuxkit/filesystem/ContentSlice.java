package linuxkit.filesystem;

import java.io.IOException;
import java.io.InputStream;
import linuxkit.base.Sha256;
import linuxkit.base.io.VerifiedInputStream;

/**
 * A part of another content. It reads the other one from the start, and is for contents that have
 * no faster way to reach an offset.
 */
record ContentSlice(Content whole, long offset, long size, String sha256) implements Content {
  ContentSlice {
    if (offset < 0 || size < 0 || offset > whole.size() - size) {
      throw new IllegalArgumentException(
          "not within " + whole.size() + " bytes: " + size + " bytes at " + offset);
    }
  }

  @Override
  public InputStream open() throws IOException {
    return new VerifiedInputStream(
        whole.openAt(offset),
        size,
        Sha256.digest(),
        sha256,
        how -> new IOException("the bytes are not those of sha256:" + sha256 + ": " + how));
  }
}
