package linuxkit.system.sbom;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import linuxkit.filesystem.Content;

/** Reads untrusted files of images. */
final class DatabaseText {
  private DatabaseText() {}

  /**
   * Returns the text, in which invalid UTF-8 is replaced.
   *
   * @param max in bytes
   * @param what the image and the file
   * @param warn gets a warning if it is larger
   * @return empty if the file is larger
   * @throws SbomFailure if it cannot be read
   */
  static String read(Content file, int max, String what, Consumer<String> warn) {
    if (file.size() > max) {
      warn.accept(
          what + " is " + file.size() + " bytes long, more than " + max + ": it is ignored");
      return "";
    }
    return new String(bytes(file, what), StandardCharsets.UTF_8);
  }

  static byte[] bytes(Content file, String what) {
    try (InputStream in = file.open()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new SbomFailure("cannot read it: " + e.getMessage(), what, e);
    }
  }
}
