package linuxkit.system.sbom;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import linuxkit.filesystem.Content;
import linuxkit.json.JsonObject;
import linuxkit.system.licence.CopyrightFile;
import linuxkit.system.licence.LicenceExpression;

/**
 * Reads which licences the copyright files of an image's Debian packages declare. Licences that are
 * not on SPDX's list get an identifier, one for each name in each file.
 */
final class DeclaredLicences {
  /** The largest copyright file that is read, in bytes. */
  static final int MAX_SIZE = 2 << 20;

  /** The number of characters that an expression may have. */
  static final int MAX_EXPRESSION = 4096;

  private static final String UNKNOWN = "NOASSERTION";

  private final SpdxPart part;
  private final Map<String, Content> files;
  private final String image;
  private final Consumer<String> warn;
  // Many packages may link to one file, and packages of one source have files with the same text.
  private final IdentityHashMap<Content, String> byFile = new IdentityHashMap<>();
  private final Map<String, String> byText = new HashMap<>();
  private final List<ImageLicences.Other> others = new ArrayList<>();
  private boolean warned;

  /**
   * @param image its name, for warnings
   */
  DeclaredLicences(SpdxPart part, Map<String, Content> files, String image, Consumer<String> warn) {
    this.part = part;
    this.files = files;
    this.image = image;
    this.warn =
        text -> {
          warned = true;
          warn.accept(text);
        };
  }

  /** Returns whether there was a warning about a copyright file. */
  boolean hasWarned() {
    return warned;
  }

  /** Returns the licences found so far that are not on SPDX's list. */
  List<ImageLicences.Other> others() {
    return others;
  }

  /** Returns the licence expression of a package; {@code NOASSERTION} if it is not known. */
  String of(InstalledPackage installed) {
    Content file = files.get(installed.name());
    if (file == null || installed.manager() != InstalledPackage.Manager.DPKG) {
      return UNKNOWN;
    }
    String known = byFile.get(file);
    if (known == null) {
      String path = "usr/share/doc/" + installed.name() + "/copyright";
      String text = DatabaseText.read(file, MAX_SIZE, image + ", " + path, warn);
      known = byText.computeIfAbsent(text, _ -> read(text, path));
      byFile.put(file, known);
    }
    return known;
  }

  private String read(String text, String path) {
    Map<String, String> found = new HashMap<>();
    Optional<String> expression =
        CopyrightFile.licences(
                text,
                name ->
                    found.computeIfAbsent(name, _ -> part.identifier("LicenseRef", shorten(name))))
            .map(LicenceExpression::text)
            .filter(each -> each.length() <= MAX_EXPRESSION);
    if (expression.isPresent()) {
      found.forEach((name, id) -> others.add(new ImageLicences.Other(id, name, path)));
    }
    return expression.orElse(UNKNOWN);
  }

  private static String shorten(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64);
  }

  // The text itself is in the image, at this path, which spares a second copy of it.
  static JsonObject json(ImageLicences.Other licence) {
    return JsonObject.builder()
        .put("licenseId", licence.id())
        .put("name", licence.name())
        .put(
            "extractedText",
            "See the licence \"" + licence.name() + "\" in /" + licence.path() + " of the image.")
        .build();
  }
}
