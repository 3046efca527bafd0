package linuxkit.filesystem.iso9660;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/**
 * What a file is called in one of the two hierarchies (ECMA-119 7.5 and 7.6).
 *
 * @param stem at least one char
 * @param extension empty for directories, which have none
 */
record Identifier(String stem, String extension) {
  /** Section 9.3: by stem, then by extension; filled up with what comes before every char. */
  static final Comparator<Identifier> ORDER =
      Comparator.comparing(Identifier::stem).thenComparing(Identifier::extension);

  /** Of names that this one cannot stand beside. */
  String name() {
    return extension.isEmpty() ? stem : stem + "." + extension;
  }

  /** As it is recorded. */
  byte[] bytes(Hierarchy hierarchy, boolean directory) {
    return switch (hierarchy) {
      case PRIMARY ->
          (directory ? stem : stem + "." + extension + ";1").getBytes(StandardCharsets.US_ASCII);
      // Without a version, as all writers do, since not every reader leaves it out.
      case JOLIET -> name().getBytes(StandardCharsets.UTF_16BE);
    };
  }
}
