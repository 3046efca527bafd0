package linuxkit.system.sbom;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;

/**
 * Makes the SPDX element of the guest program, which no package database lists: images that contain
 * it say so in their labels.
 */
final class GuestProgram {
  private static final String DIGEST_LABEL = "org.mobyproject.linuxkit.guest";
  private static final String VERSION_LABEL = DIGEST_LABEL + ".version";
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9.+~_-]{1,64}");
  private static final String NAME = "linuxkit-guest";
  private static final String LICENCE = "Apache-2.0";

  private GuestProgram() {}

  /** Adds the program to a part whose image contains it. */
  static void addTo(SpdxPart part) {
    Map<String, String> labels = part.part().image().config().labels();
    String digest = labels.getOrDefault(DIGEST_LABEL, "");
    if (!DIGEST.matcher(digest).matches()) {
      return;
    }
    String hex = digest.substring("sha256:".length());
    String label = labels.getOrDefault(VERSION_LABEL, "");
    String version = VERSION.matcher(label).matches() ? label : hex;
    PackageUrl url = new PackageUrl("generic", "", NAME, version);
    url.qualifier("arch", part.part().image().config().architecture());
    url.qualifier("checksum", digest);
    String id = part.identifier("SPDXRef", NAME);
    JsonObject.Builder json =
        JsonObject.builder().put("name", NAME).put("SPDXID", id).put("versionInfo", version);
    String folder = part.place("");
    if (!folder.isEmpty()) {
      json.put("packageFileName", folder);
    }
    part.packages()
        .add(
            json.put("supplier", "NOASSERTION")
                .put("downloadLocation", "NOASSERTION")
                .put("filesAnalyzed", false)
                .put(
                    "checksums",
                    new JsonArray(
                        List.of(
                            JsonObject.builder()
                                .put("algorithm", "SHA256")
                                .put("checksumValue", hex)
                                .build())))
                .put("licenseConcluded", "NOASSERTION")
                .put("licenseDeclared", LICENCE)
                .put("copyrightText", "NOASSERTION")
                .put("externalRefs", new JsonArray(List.of(InstalledPackages.purl(url.toString()))))
                .put("primaryPackagePurpose", "APPLICATION")
                .build());
    part.relate(part.imageId(), "CONTAINS", id);
  }
}
