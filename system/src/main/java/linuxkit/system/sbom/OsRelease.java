package linuxkit.system.sbom;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The distribution of an image (os-release(5)).
 *
 * @param id such as {@code debian}; empty if the image does not name it
 * @param version such as {@code 13}; empty for rolling ones
 */
record OsRelease(String id, String version) {
  static final int MAX_SIZE = 64 << 10;
  static final OsRelease UNKNOWN = new OsRelease("", "");

  private static final Pattern LINE =
      Pattern.compile("^(ID|VERSION_ID)=([\"']?)([a-z0-9._-]{1,64})\\2[ \t]*$", Pattern.MULTILINE);

  static OsRelease parse(String text) {
    String id = "";
    String version = "";
    Matcher line = LINE.matcher(text);
    while (line.find()) {
      if (line.group(1).equals("ID")) {
        id = line.group(3);
      } else {
        version = line.group(3);
      }
    }
    return new OsRelease(id, version);
  }
}
