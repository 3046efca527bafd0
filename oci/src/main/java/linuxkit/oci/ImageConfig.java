package linuxkit.oci;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The configuration of an image (OCI image specification, config.md), as far as building a system
 * needs it.
 *
 * @param workingDir empty if not given
 * @param diffIds the digests of the uncompressed layers, lowest first
 */
public record ImageConfig(
    String os,
    String architecture,
    List<String> entrypoint,
    List<String> cmd,
    List<String> env,
    String workingDir,
    SortedMap<String, String> labels,
    List<Digest> diffIds) {
  /**
   * Reads a configuration.
   *
   * @param where the image and the document, for failures
   * @throws ManifestFailure if it is not the configuration of an image
   * @throws linuxkit.json.JsonFailure if it is not strict JSON
   */
  public static ImageConfig parse(byte[] json, String where) {
    JsonFields fields = JsonFields.parse(json, where);
    JsonFields rootfs = fields.requiredObject("rootfs");
    Optional<JsonFields> process = fields.object("config");
    return new ImageConfig(
        fields.text("os"),
        fields.text("architecture"),
        process.map(p -> p.texts("Entrypoint")).orElse(List.of()),
        process.map(p -> p.texts("Cmd")).orElse(List.of()),
        process.map(p -> p.texts("Env")).orElse(List.of()),
        process.map(p -> p.text("WorkingDir")).orElse(""),
        process.map(p -> p.map("Labels")).orElse(new TreeMap<>()),
        rootfs.digests("diff_ids"));
  }
}
