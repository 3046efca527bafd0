package linuxkit.system.sbom;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.Sha256;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;

/** The SPDX document of a system, version 2.3. */
final class SpdxDocument {
  private static final String ID = "SPDXRef-DOCUMENT";
  private static final String NAMESPACE = "https://github.com/linuxkit/linuxkit/sbom-";

  private SpdxDocument() {}

  /**
   * @param created in seconds since 1970
   */
  static byte[] write(List<SpdxPart> parts, long created) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("spdxVersion", "SPDX-2.3")
            .put("dataLicense", "CC0-1.0")
            .put("SPDXID", ID)
            .put("name", "sbom")
            .put("documentNamespace", NAMESPACE)
            .put(
                "creationInfo",
                JsonObject.builder()
                    .put("licenseListVersion", "3.20")
                    .put("creators", List.of("Organization: LinuxKit", "Tool: linuxkit"))
                    .put("created", Instant.ofEpochSecond(created).toString())
                    .build());
    List<Json> packages = new ArrayList<>();
    List<Json> files = new ArrayList<>();
    List<Json> licences = new ArrayList<>();
    List<Json> documents = new ArrayList<>();
    List<Json> relationships = new ArrayList<>();
    for (SpdxPart part : parts) {
      packages.add(ImageElement.of(part));
      packages.addAll(part.packages());
      files.addAll(part.files());
      licences.addAll(part.licences());
      documents.addAll(part.documents());
      relationships.add(SpdxPart.relationship(ID, "DESCRIBES", part.imageId()));
      relationships.addAll(part.relationships());
    }
    put(json, "externalDocumentRefs", documents);
    put(json, "hasExtractedLicensingInfos", licences);
    json.put("packages", new JsonArray(packages));
    put(json, "files", files);
    json.put("relationships", new JsonArray(relationships));
    // A namespace must change with its document, so it is made from all the rest.
    String hash = Sha256.hex(JsonFormat.COMPACT.bytes(json.build()));
    return JsonFormat.COMPACT.bytes(json.put("documentNamespace", NAMESPACE + hash).build());
  }

  private static void put(JsonObject.Builder to, String name, List<Json> elements) {
    if (!elements.isEmpty()) {
      to.put(name, new JsonArray(elements));
    }
  }
}
