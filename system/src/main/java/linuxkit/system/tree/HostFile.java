package linuxkit.system.tree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import linuxkit.base.io.VerifiedInputStream;
import linuxkit.filesystem.Content;
import linuxkit.oci.Digest;
import linuxkit.system.SystemFailure;

/** A file of this machine as it was when the build began. Reading fails if it changed since. */
public record HostFile(Path file, long size, String sha256) implements Content {
  /**
   * @throws IOException if it cannot be read, or is not a regular file and so may not be readable
   *     twice
   */
  public static HostFile of(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new FileSystemException(file.toString(), null, "it is not a regular file");
    }
    MessageDigest hash = Digest.newSha256();
    long size = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hash.update(buffer, 0, n);
        size += n;
      }
    }
    return new HostFile(file, size, HexFormat.of().formatHex(hash.digest()));
  }

  @Override
  public InputStream open() throws IOException {
    if (Files.size(file) != size) {
      throw changed();
    }
    return new VerifiedInputStream(
        Files.newInputStream(file),
        size,
        Digest.newSha256(),
        sha256,
        _ -> {
          throw changed();
        });
  }

  private SystemFailure changed() {
    return new SystemFailure(
        file + " changed during the build", "", "build again without changing it");
  }
}
