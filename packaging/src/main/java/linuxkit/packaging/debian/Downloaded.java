package linuxkit.packaging.debian;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import linuxkit.base.Sha256;
import linuxkit.base.io.VerifiedInputStream;
import linuxkit.base.own.PlainFile;
import org.tukaani.xz.XZInputStream;

/** Opens downloaded files. */
final class Downloaded {
  private static final int XZ_MEMORY_KIB = 256 << 10;

  private Downloaded() {}

  /** Returns whether a file is there and undamaged. Reads all of it. */
  static boolean isWhole(Path file, long size, String sha256) {
    MessageDigest digest = Sha256.digest();
    try (InputStream in = new DigestInputStream(PlainFile.stream(file), digest)) {
      return Files.size(file) == size
          && in.transferTo(OutputStream.nullOutputStream()) == size
          && HexFormat.of().formatHex(digest.digest()).equals(sha256);
    } catch (IOException e) {
      // If it is missing or unreadable, it is downloaded.
      return false;
    }
  }

  /**
   * Opens a file that was verified before, and verifies what is read of it: the group of a shared
   * store can have replaced it in the meantime. The caller reads it to its end and closes it.
   *
   * @throws DebianFailure.WrongContent thrown by the stream at its end
   */
  static InputStream open(Path file, long size, String sha256) throws IOException {
    return new VerifiedInputStream(
        PlainFile.stream(file),
        size,
        Sha256.digest(),
        sha256,
        how -> {
          throw new DebianFailure.WrongContent(
              "the file changed while it was used: " + how, file.toString());
        });
  }

  /** Returns the content of a file whose name tells its compression. */
  static InputStream decompress(String name, InputStream file) throws IOException {
    InputStream in = new BufferedInputStream(file, 1 << 16);
    if (name.endsWith(".xz")) {
      return new XZInputStream(in, XZ_MEMORY_KIB);
    }
    return name.endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
  }
}
