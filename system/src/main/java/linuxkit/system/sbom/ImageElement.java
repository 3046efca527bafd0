package linuxkit.system.sbom;

import java.util.List;
import java.util.Locale;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.oci.Image;
import linuxkit.oci.Reference;

/** The SPDX element of an image. */
final class ImageElement {
  private ImageElement() {}

  static JsonObject of(SpdxPart part) {
    Image image = part.part().image();
    Reference reference = image.reference();
    JsonObject.Builder json =
        JsonObject.builder()
            .put("name", reference.locator())
            .put("SPDXID", part.imageId())
            .put(
                "versionInfo",
                reference.tag().isEmpty() ? image.digest().toString() : reference.tag());
    String folder = part.place("");
    if (!folder.isEmpty()) {
      json.put("packageFileName", folder);
    }
    json.put("supplier", "NOASSERTION")
        .put("downloadLocation", "NOASSERTION")
        .put("filesAnalyzed", false)
        .put(
            "checksums",
            new JsonArray(
                List.of(
                    JsonObject.builder()
                        .put("algorithm", image.digest().algorithm().toUpperCase(Locale.ROOT))
                        .put("checksumValue", image.digest().hex())
                        .build())))
        .put("licenseConcluded", "NOASSERTION")
        .put("licenseDeclared", "NOASSERTION")
        .put("copyrightText", "NOASSERTION")
        .put("externalRefs", new JsonArray(List.of(InstalledPackages.purl(purl(image)))))
        .put("primaryPackagePurpose", "CONTAINER")
        .put(
            "comment",
            part.part().location()
                + " of the system; the checksum is that of the image's manifest"
                + (image.root().equals(image.digest()) ? "" : " in the index " + image.root()));
    if (!part.annotations().isEmpty()) {
      json.put("annotations", new JsonArray(List.copyOf(part.annotations())));
    }
    return json.build();
  }

  private static String purl(Image image) {
    Reference reference = image.reference();
    String repository = reference.repository();
    String name = repository.substring(repository.lastIndexOf('/') + 1);
    PackageUrl url = new PackageUrl("oci", "", name, image.digest().toString());
    url.qualifier("arch", image.config().architecture());
    url.qualifier("repository_url", reference.locator());
    url.qualifier("tag", reference.tag());
    return url.toString();
  }
}
