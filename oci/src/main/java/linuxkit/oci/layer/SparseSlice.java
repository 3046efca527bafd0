package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import linuxkit.base.Sha256;
import linuxkit.base.io.VerifiedInputStream;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.archive.SparseMap;

/**
 * A sparse file within an archive.
 *
 * @param offset of the stored data in the archive, in bytes
 */
record SparseSlice(Content archive, long offset, SparseMap map, String sha256) implements Content {
  @Override
  public long size() {
    return map.size();
  }

  @Override
  public InputStream open() throws IOException {
    return new VerifiedInputStream(
        map.expand(archive.openAt(offset)),
        map.size(),
        Sha256.digest(),
        sha256,
        how -> new IOException("a sparse file is damaged: " + how));
  }
}
