package linuxkit.filesystem.iso9660;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/**
 * The name of a file in one of the two hierarchies (ECMA-119 7.5 and 7.6).
 *
 * @param stem at least one char
 * @param extension empty for directories
 */
record Identifier(String stem, String extension) {
  /**
   * Orders by stem, then by extension, both padded with a char that sorts before all others
   * (section 9.3).
   */
  static final Comparator<Identifier> ORDER =
      Comparator.comparing(Identifier::stem).thenComparing(Identifier::extension);

  /** Returns a key that is equal for names that exclude each other in a directory. */
  String name() {
    return extension.isEmpty() ? stem : stem + "." + extension;
  }

  /** Returns the recorded form. */
  byte[] bytes(Hierarchy hierarchy, boolean directory) {
    return switch (hierarchy) {
      case PRIMARY ->
          (directory ? stem : stem + "." + extension + ";1").getBytes(StandardCharsets.US_ASCII);
      // Without a version, like all writers, since not every reader strips it.
      case JOLIET -> name().getBytes(StandardCharsets.UTF_16BE);
    };
  }
}
