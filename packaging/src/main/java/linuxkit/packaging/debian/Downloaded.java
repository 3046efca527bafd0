package linuxkit.packaging.debian;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import linuxkit.base.Sha256;
import linuxkit.base.io.VerifiedInputStream;
import linuxkit.base.own.PlainFile;

/** Opens downloaded files. */
final class Downloaded {
  private Downloaded() {}

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
}
