package linuxkit.oci;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The configuration of an image (OCI image specification, config.md), as far as building a system
 * needs it.
 *
 * @param diffIds the digests of the uncompressed layers, lowest first
 */
public record ImageConfig(
    String os,
    String architecture,
    ProcessConfig process,
    SortedMap<String, String> labels,
    List<Digest> diffIds) {
  /**
   * The process of a container.
   *
   * @param workingDir empty if not given
   * @param user empty if not given
   * @param stopSignal the signal that asks it to end; empty if not given
   */
  public record ProcessConfig(
      List<String> entrypoint,
      List<String> cmd,
      List<String> env,
      String workingDir,
      String user,
      String stopSignal) {
    /** Nothing is given. */
    public static final ProcessConfig NONE =
        new ProcessConfig(List.of(), List.of(), List.of(), "", "", "");
  }

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
    Optional<JsonFields> config = fields.object("config");
    return new ImageConfig(
        fields.text("os"),
        fields.text("architecture"),
        config.map(ImageConfig::process).orElse(ProcessConfig.NONE),
        config.map(members -> members.map("Labels")).orElse(new TreeMap<>()),
        rootfs.digests("diff_ids"));
  }

  private static ProcessConfig process(JsonFields config) {
    return new ProcessConfig(
        config.texts("Entrypoint"),
        config.texts("Cmd"),
        config.texts("Env"),
        config.text("WorkingDir"),
        config.text("User"),
        config.text("StopSignal"));
  }
}
