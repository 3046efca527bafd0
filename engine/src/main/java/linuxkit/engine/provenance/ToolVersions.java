package linuxkit.engine.provenance;

import java.util.List;
import linuxkit.boot.Format;
import linuxkit.boot.Format.KernelAnd.Root;
import linuxkit.engine.BuildRequest;
import linuxkit.engine.inputs.BuildInputs;
import linuxkit.json.JsonObject;
import linuxkit.oci.Reference;

/** Writes the versions of the programs and libraries that made an output. */
final class ToolVersions {
  private ToolVersions() {}

  static JsonObject of(BuildRequest request, BuildInputs inputs, String linuxkit) {
    JsonObject.Builder versions =
        JsonObject.builder()
            .put("linuxkit", linuxkit)
            .put("java", Runtime.version().toString())
            .put("initrdCompressor", request.outputs().initrd().settings());
    if (request.target().formats().stream().anyMatch(ToolVersions::isSquashfs)) {
      versions.put("squashfsCompressor", request.outputs().roots().squashfs().settings());
    }
    List<String> unused = inputs.unusedLoaders().stream().map(Reference::toString).toList();
    if (!unused.isEmpty()) {
      versions.put(ProvenanceReader.UNUSED, unused);
    }
    return versions.build();
  }

  private static boolean isSquashfs(Format format) {
    return format.hasRoot(Root.SQUASHFS);
  }
}
