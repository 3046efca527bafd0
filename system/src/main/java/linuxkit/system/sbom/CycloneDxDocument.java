package linuxkit.system.sbom;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.base.Sha256;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.system.licence.ExpressionSyntax;

/**
 * The CycloneDX document of a system, version 1.6: the packages of the SPDX document, those of an
 * image within the image's component.
 */
final class CycloneDxDocument {
  private static final Map<String, String> TYPES =
      Map.of(
          "APPLICATION", "application",
          "CONTAINER", "container",
          "DEVICE", "device",
          "FILE", "file",
          "FIRMWARE", "firmware",
          "FRAMEWORK", "framework",
          "OPERATING-SYSTEM", "operating-system",
          "OPERATING_SYSTEM", "operating-system");
  private static final Map<String, String> ALGORITHMS =
      Map.of(
          "MD5", "MD5",
          "SHA1", "SHA-1",
          "SHA256", "SHA-256",
          "SHA384", "SHA-384",
          "SHA512", "SHA-512");
  private static final Pattern HASH =
      Pattern.compile(
          "[a-fA-F0-9]{32}|[a-fA-F0-9]{40}|[a-fA-F0-9]{64}|[a-fA-F0-9]{96}|[a-fA-F0-9]{128}");

  private CycloneDxDocument() {}

  /**
   * @param created in seconds since 1970
   */
  static byte[] write(List<SpdxPart> parts, long created) {
    List<Json> images = new ArrayList<>();
    for (SpdxPart part : parts) {
      List<Json> packages = new ArrayList<>();
      for (JsonObject element : part.packages()) {
        packages.add(component(new DocumentFields(element)).build());
      }
      JsonObject.Builder image = component(new DocumentFields(ImageElement.of(part)));
      image.put("properties", new JsonArray(properties(part.part())));
      if (!packages.isEmpty()) {
        image.put("components", new JsonArray(packages));
      }
      images.add(image.build());
    }
    JsonObject metadata =
        JsonObject.builder()
            .put("timestamp", Instant.ofEpochSecond(created).toString())
            .put(
                "tools",
                JsonObject.builder()
                    .put(
                        "components",
                        new JsonArray(
                            List.of(
                                JsonObject.builder()
                                    .put("type", "application")
                                    .put("name", "linuxkit")
                                    .build())))
                    .build())
            .build();
    JsonObject.Builder json =
        JsonObject.builder()
            .put("bomFormat", "CycloneDX")
            .put("specVersion", "1.6")
            .put("serialNumber", "")
            .put("version", 1)
            .put("metadata", metadata)
            .put("components", new JsonArray(images));
    String hash = Sha256.hex(JsonFormat.COMPACT.bytes(json.build()));
    return JsonFormat.COMPACT.bytes(json.put("serialNumber", "urn:uuid:" + uuid(hash)).build());
  }

  private static List<Json> properties(ImagePart part) {
    List<Json> properties = new ArrayList<>();
    properties.add(property("linuxkit:location", part.location()));
    properties.add(property("linuxkit:folder", "/" + part.folder()));
    if (!part.image().root().equals(part.image().digest())) {
      properties.add(property("linuxkit:index", part.image().root().toString()));
    }
    return properties;
  }

  /** Returns a UUID whose meaning its maker defines (RFC 9562, version 8). */
  private static String uuid(String hash) {
    return String.join(
        "-",
        hash.substring(0, 8),
        hash.substring(8, 12),
        "8" + hash.substring(13, 16),
        "8" + hash.substring(17, 20),
        hash.substring(20, 32));
  }

  private static JsonObject.Builder component(DocumentFields element) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("type", TYPES.getOrDefault(element.text("primaryPackagePurpose"), "library"))
            .put("bom-ref", element.text("SPDXID"));
    String supplier = element.text("supplier");
    if (supplier.contains(": ")) {
      String name = supplier.substring(supplier.indexOf(": ") + 2).replaceAll(" \\([^()]*\\)$", "");
      json.put("supplier", JsonObject.builder().put("name", name).build());
    }
    json.put("name", element.text("name"));
    if (!element.text("versionInfo").isEmpty()) {
      json.put("version", element.text("versionInfo"));
    }
    hashes(element, json);
    licence(element).ifPresent(licence -> json.put("licenses", new JsonArray(List.of(licence))));
    reference(element, "purl").ifPresent(purl -> json.put("purl", purl));
    return json;
  }

  private static void hashes(DocumentFields element, JsonObject.Builder to) {
    List<Json> hashes = new ArrayList<>();
    for (DocumentFields checksum : element.objects("checksums")) {
      String algorithm = ALGORITHMS.get(checksum.text("algorithm"));
      if (algorithm != null && HASH.matcher(checksum.text("checksumValue")).matches()) {
        hashes.add(
            JsonObject.builder()
                .put("alg", algorithm)
                .put("content", checksum.text("checksumValue"))
                .build());
      }
    }
    if (!hashes.isEmpty()) {
      to.put("hashes", new JsonArray(hashes));
    }
  }

  private static Optional<Json> licence(DocumentFields element) {
    return List.of("licenseDeclared", "licenseConcluded", "licenseComments").stream()
        .filter(name -> isAssertion(element.text(name)))
        .findFirst()
        .map(name -> licence(element.text(name), !name.equals("licenseComments")));
  }

  private static boolean isAssertion(String text) {
    return !text.isEmpty() && !text.equals("NOASSERTION") && !text.equals("NONE");
  }

  private static Json licence(String text, boolean isSpdx) {
    return isSpdx && ExpressionSyntax.isExpression(text)
        ? JsonObject.builder().put("expression", text).build()
        : JsonObject.builder()
            .put("license", JsonObject.builder().put("name", text).build())
            .build();
  }

  private static Optional<String> reference(DocumentFields element, String type) {
    return element.objects("externalRefs").stream()
        .filter(ref -> ref.text("referenceType").equals(type))
        .map(ref -> ref.text("referenceLocator"))
        .findFirst();
  }

  private static JsonObject property(String name, String value) {
    return JsonObject.builder().put("name", name).put("value", value).build();
  }
}
