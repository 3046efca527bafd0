package linuxkit.system.sbom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.spdx.jacksonstore.MultiFormatStore;
import org.spdx.library.SpdxModelFactory;
import org.spdx.library.model.v2.SpdxDocument;
import org.spdx.storage.simple.InMemSpdxStore;

/** The formats' own libraries, which validate documents. */
final class SbomValidators {
  static {
    // Use the list of licences in the library instead of the network.
    System.setProperty("org.spdx.useJARLicenseInfoOnly", "true");
  }

  private SbomValidators() {}

  /** Checks an SPDX document, and returns it as JSON. */
  static JsonObject spdx(byte[] document) {
    SpdxModelFactory.init();
    MultiFormatStore store =
        new MultiFormatStore(new InMemSpdxStore(), MultiFormatStore.Format.JSON);
    try {
      SpdxDocument read = store.deSerialize(new ByteArrayInputStream(document), false);
      assertThat(read.verify("SPDX-2.3")).isEmpty();
      store.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    JsonObject json = (JsonObject) Json.parse(document, "sbom");
    identifiersAreUnique(new DocumentFields(json));
    return json;
  }

  private static void identifiersAreUnique(DocumentFields document) {
    Set<String> identifiers = new HashSet<>();
    for (String list : List.of("packages", "files")) {
      for (DocumentFields element : document.objects(list)) {
        assertThat(identifiers.add(element.text("SPDXID"))).as(element.text("SPDXID")).isTrue();
      }
    }
    identifiers.add("SPDXRef-DOCUMENT");
    for (DocumentFields relationship : document.objects("relationships")) {
      for (String end : List.of("spdxElementId", "relatedSpdxElement")) {
        String id = relationship.text(end);
        assertThat(id.startsWith("DocumentRef-") || id.startsWith("NO") || identifiers.contains(id))
            .as(id)
            .isTrue();
      }
    }
  }

  /** Checks a CycloneDX document, and returns it as JSON. */
  static JsonObject cycloneDx(byte[] document) {
    try {
      assertThat(new JsonParser().validate(document, Version.VERSION_16)).isEmpty();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return (JsonObject) Json.parse(document, "sbom");
  }
}
