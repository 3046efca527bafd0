package linuxkit.system.sbom;

import java.util.List;
import java.util.Locale;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;

/** SPDX elements for packages that databases list. */
final class InstalledPackages {
  private InstalledPackages() {}

  static void addTo(SpdxPart part, List<InstalledPackage> packages, OsRelease release) {
    for (InstalledPackage installed : packages) {
      String wish =
          String.join("-", installed.manager().type(), installed.name(), installed.architecture());
      String id = part.identifier("SPDXRef", wish);
      part.packages().add(element(part, id, installed, release));
      part.relate(part.imageId(), "CONTAINS", id);
    }
  }

  private static JsonObject element(
      SpdxPart part, String id, InstalledPackage installed, OsRelease release) {
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
            "built from %s %s; listed by %s"
                .formatted(
                    installed.source(),
                    installed.sourceVersion(),
                    installed.manager().name().toLowerCase(Locale.ROOT)))
        .put("licenseConcluded", "NOASSERTION")
        .put("licenseDeclared", "NOASSERTION");
    if (!installed.licence().isEmpty()) {
      // Alpine's licences are not all on SPDX's list, which declared ones would have to be.
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
