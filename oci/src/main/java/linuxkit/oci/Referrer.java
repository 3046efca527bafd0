package linuxkit.oci;

import java.util.List;

/**
 * A manifest that refers to another one, for example a signature or a bill of materials (OCI
 * distribution specification, "Listing Referrers").
 *
 * @param artifactType the type of the referring manifest; empty if not given
 */
public record Referrer(Descriptor manifest, String artifactType) {
  /**
   * Reads the index that a registry returns.
   *
   * @param where the document, for failures
   * @throws ManifestFailure if it is not an index
   * @throws linuxkit.json.JsonFailure if it is not strict JSON
   */
  public static List<Referrer> parseAll(byte[] index, String where) {
    return Documents.parse(index, MediaTypes.OCI_INDEX, "manifests", "layers", where)
        .objects("manifests")
        .stream()
        .map(entry -> new Referrer(Documents.descriptor(entry), entry.text("artifactType")))
        .toList();
  }
}
