package linuxkit.system.sbom;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import linuxkit.filesystem.Content;

/** Reads files of images that nobody vouches for. */
final class DatabaseText {
  private DatabaseText() {}

  /**
   * The text, in which what is not UTF-8 is replaced.
   *
   * @param max in bytes
   * @param what the image and the file
   * @param warn told when it is larger
   * @return empty when the file is larger
   * @throws SbomFailure when it cannot be read
   */
  static String read(Content file, int max, String what, Consumer<String> warn) {
    if (file.size() > max) {
      warn.accept(what + " has " + file.size() + " bytes, over " + max + ": it is not read");
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
