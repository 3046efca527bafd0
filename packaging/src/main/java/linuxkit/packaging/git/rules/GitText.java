package linuxkit.packaging.git.rules;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Text files of git: settings, patterns and attributes. */
public final class GitText {
  private static final int MAX_SIZE = 4 << 20;

  private GitText() {}

  /** Reads a file; empty if it is missing, or not a regular file. */
  public static String read(Path file) throws IOException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      return "";
    }
    try (InputStream in = Files.newInputStream(file)) {
      return decode(in.readNBytes(MAX_SIZE));
    }
  }

  /** Reads a file of a work tree, in which git does not follow links. */
  public static String readWithin(Path file) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? read(file) : "";
  }

  /** Decodes UTF-8. Other bytes cannot be part of a pattern that matches anything. */
  public static String decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }
}
