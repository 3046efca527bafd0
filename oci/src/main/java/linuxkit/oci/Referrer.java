package linuxkit.oci;

import java.util.List;

/**
 * A manifest that refers to another one, as a signature or a bill of materials does (OCI
 * distribution specification, "Listing Referrers").
 *
 * @param artifactType what it is; empty when it does not say
 */
public record Referrer(Descriptor manifest, String artifactType) {
  /**
   * Reads the index that a registry answers with.
   *
   * @param where what it is of, for failures
   * @throws ManifestFailure when it is not an index
   * @throws linuxkit.json.JsonFailure when it is not strict JSON
   */
  public static List<Referrer> parseAll(byte[] index, String where) {
    return Documents.parse(index, MediaTypes.OCI_INDEX, "manifests", "layers", where)
        .objects("manifests")
        .stream()
        .map(entry -> new Referrer(Documents.descriptor(entry), entry.text("artifactType")))
        .toList();
  }
}
