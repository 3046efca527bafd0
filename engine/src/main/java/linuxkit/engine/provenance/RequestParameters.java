package linuxkit.engine.provenance;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import linuxkit.base.Sha256;
import linuxkit.boot.DiskOptions;
import linuxkit.boot.Format;
import linuxkit.engine.BuildRequest;
import linuxkit.engine.BuildTarget;
import linuxkit.engine.ManifestFetcher;
import linuxkit.engine.OutputSettings;
import linuxkit.engine.inputs.BuildInputs;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.system.sbom.SbomFormat;
import linuxkit.trust.TrustFailure;

/** Writes the parameters of a build: everything in a request that may change its outputs. */
final class RequestParameters {
  private RequestParameters() {}

  /**
   * @throws TrustFailure if the outputs are not files
   */
  static JsonObject of(BuildRequest request, BuildInputs inputs) {
    return JsonObject.builder()
        .put("manifests", manifests(request.manifests(), inputs.manifests()))
        .put("platform", request.platform().toString())
        .put("formats", request.target().formats().stream().map(Format::label).toList())
        .put("target", target(request.target()))
        .put("system", system(request, inputs))
        .put("outputs", outputs(request.outputs()))
        .build();
  }

  private static JsonArray manifests(List<String> names, List<byte[]> texts) {
    List<Json> manifests = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      manifests.add(
          JsonObject.builder()
              .put("name", shown(names.get(i)))
              .put("sha256", Sha256.hex(texts.get(i)))
              .put("text", new String(texts.get(i), StandardCharsets.UTF_8))
              .build());
    }
    return new JsonArray(manifests);
  }

  // A path says where somebody works, and a query may be a password.
  private static String shown(String name) {
    if (ManifestFetcher.isAddress(name)) {
      return name.replaceFirst("[?#].*", "");
    }
    return name.equals("-") ? name : fileName(Path.of(name));
  }

  private static String fileName(Path file) {
    return Objects.requireNonNullElse(file.getFileName(), file).toString();
  }

  private static JsonObject target(BuildTarget target) {
    return switch (target) {
      case BuildTarget.Named named ->
          JsonObject.builder().put("kind", "named").put("name", named.name()).build();
      case BuildTarget.ToFile file ->
          JsonObject.builder().put("kind", "file").put("name", fileName(file.file())).build();
      case BuildTarget.ToStream stream ->
          throw new TrustFailure(
              "there is no provenance of an output that is not a file",
              stream.name(),
              "write the output to a file");
    };
  }

  private static JsonObject system(BuildRequest request, BuildInputs inputs) {
    JsonObject.Builder paths = JsonObject.builder();
    for (SbomFormat format : SbomFormat.values()) {
      String path = request.system().sbom().paths().get(format);
      if (path != null) {
        paths.put(name(format), path);
      }
    }
    return JsonObject.builder()
        .put("decompressKernel", request.system().decompressKernel())
        .put("labels", request.system().permissions().labels())
        .put("sourceDateEpoch", inputs.epoch())
        .put("sbom", paths.build())
        .put("sbomCurrentTime", request.system().sbom().currentTime())
        .build();
  }

  private static JsonObject outputs(OutputSettings outputs) {
    DiskOptions disks = outputs.disks();
    return JsonObject.builder()
        .put("initrdCompression", outputs.initrd().toString())
        .put("diskSize", disks.size().orElse(0))
        .put("rawCompression", name(disks.compression()))
        .put("qcow2Compression", name(disks.qcow2()))
        .put("vmdk", name(disks.vmdk()))
        .put("ovaDevices", name(disks.ova()))
        .put("squashfsCompression", name(outputs.roots().squashfs()))
        .put("erofsCompression", name(outputs.roots().erofs()))
        .build();
  }

  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
