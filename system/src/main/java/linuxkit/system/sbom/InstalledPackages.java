package linuxkit.system.sbom;

import java.util.List;
import java.util.Locale;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;

/** Makes SPDX elements of the packages in an image's databases. */
final class InstalledPackages {
  private InstalledPackages() {}

  /**
   * @param licences the expression of each package
   */
  static void addTo(
      SpdxPart part, List<InstalledPackage> packages, OsRelease release, List<String> licences) {
    for (int i = 0; i < packages.size(); i++) {
      InstalledPackage installed = packages.get(i);
      String wish =
          String.join("-", installed.manager().type(), installed.name(), installed.architecture());
      String id = part.identifier("SPDXRef", wish);
      part.packages().add(element(part, id, installed, release, licences.get(i)));
      part.relate(part.imageId(), "CONTAINS", id);
    }
  }

  private static JsonObject element(
      SpdxPart part,
      String id,
      InstalledPackage installed,
      OsRelease release,
      String declaredLicence) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("name", installed.name())
            .put("SPDXID", id)
            .put("versionInfo", installed.version());
    String folder = part.place("");
    if (!folder.isEmpty()) {
      json.put("packageFileName", folder);
    }
    json.put("supplier", supplier(installed.maintainer()))
        .put("downloadLocation", "NOASSERTION")
        .put("filesAnalyzed", false)
        .put(
            "sourceInfo",
            "built from "
                + installed.source().name()
                + " "
                + installed.source().version()
                + (installed.archive().isEmpty() ? "" : "; from the archive " + installed.archive())
                + "; listed by "
                + installed.manager().name().toLowerCase(Locale.ROOT))
        .put("licenseConcluded", "NOASSERTION")
        .put("licenseDeclared", declaredLicence);
    if (!installed.licence().isEmpty()) {
      // A declared licence must be an SPDX expression, which Alpine's are not always.
      json.put("licenseComments", installed.licence());
    }
    return json.put("copyrightText", "NOASSERTION")
        .put("externalRefs", new JsonArray(List.of(purl(installed.purl(release)))))
        .build();
  }

  static JsonObject purl(String purl) {
    return JsonObject.builder()
        .put("referenceCategory", "PACKAGE-MANAGER")
        .put("referenceType", "purl")
        .put("referenceLocator", purl)
        .build();
  }

  /** Converts {@code NAME <ADDRESS>} to {@code Person: NAME (ADDRESS)}. */
  private static String supplier(String maintainer) {
    int open = maintainer.indexOf('<');
    String name = open < 0 ? maintainer : maintainer.substring(0, open);
    String address = open < 0 ? "" : maintainer.substring(open + 1).replaceAll("[<>() ].*", "");
    String plain = name.replace('(', '[').replace(')', ']').strip();
    if (plain.isEmpty()) {
      return "NOASSERTION";
    }
    return "Person: " + plain + (address.isEmpty() ? "" : " (" + address + ")");
  }
}
