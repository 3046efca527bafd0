package linuxkit.engine.provenance;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import linuxkit.base.Sha256;
import linuxkit.boot.DiskOptions;
import linuxkit.boot.Format;
import linuxkit.boot.Formats;
import linuxkit.boot.RawCompression;
import linuxkit.boot.RootOptions;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.disk.ova.Machine;
import linuxkit.disk.qcow2.Qcow2;
import linuxkit.engine.BuildRequest;
import linuxkit.engine.BuildTarget;
import linuxkit.engine.ImageSource;
import linuxkit.engine.ManifestFetcher;
import linuxkit.engine.OutputSettings;
import linuxkit.engine.Permissions;
import linuxkit.engine.SbomRequest;
import linuxkit.engine.SizeLimits;
import linuxkit.engine.SystemOptions;
import linuxkit.engine.SystemOptions.LockUse;
import linuxkit.filesystem.erofs.ErofsCompression;
import linuxkit.filesystem.squashfs.SquashfsCompression;
import linuxkit.oci.Platform;
import linuxkit.system.sbom.SbomFormat;

/**
 * The request that a provenance describes.
 *
 * @param manifests the bytes of each
 */
record RecordedRequest(BuildRequest request, List<byte[]> manifests, String epoch) {
  /**
   * The surroundings of a second build, which are not part of a provenance.
   *
   * @param folders of the manifests that are files: one for each, one for all, or none for the
   *     current folder
   * @param sources folders that manifests from addresses may take files from
   */
  record Surroundings(List<Path> folders, List<Path> sources, LockUse lock) {}

  /**
   * Reads the request.
   *
   * @param out folder for the outputs
   * @throws linuxkit.base.Failure if a parameter is missing, not valid or not known
   */
  static RecordedRequest of(Fields parameters, Surroundings surroundings, Path out) {
    parameters.allowing(Set.of("manifests", "platform", "formats", "target", "system", "outputs"));
    List<Fields> manifests = parameters.objects("manifests");
    List<String> names = new ArrayList<>();
    List<byte[]> texts = new ArrayList<>();
    for (Fields manifest : manifests) {
      manifest.allowing(Set.of("name", "sha256", "text"));
      names.add(place(manifest, names.size(), manifests.size(), surroundings.folders()));
      texts.add(text(manifest));
    }
    Platform platform =
        Platform.parse(parameters.text("platform"))
            .orElseThrow(() -> parameters.failure("platform", "is not a platform"));
    List<Format> formats = parameters.texts("formats").stream().map(Formats::named).toList();
    Fields system = parameters.object("system");
    system.allowing(
        Set.of("decompressKernel", "labels", "sourceDateEpoch", "sbom", "sbomCurrentTime"));
    BuildRequest request =
        new BuildRequest(
            names,
            platform,
            target(parameters.object("target"), formats, out),
            ImageSource.STORE,
            new SystemOptions(
                system.flag("decompressKernel"),
                sbom(system),
                new Permissions(surroundings.sources(), system.flag("labels")),
                surroundings.lock()),
            outputs(parameters.object("outputs")),
            SizeLimits.NONE,
            Optional.empty());
    return new RecordedRequest(request, texts, system.text("sourceDateEpoch"));
  }

  private static String place(Fields manifest, int index, int count, List<Path> folders) {
    String name = manifest.text("name");
    if (name.equals("-") || ManifestFetcher.isAddress(name)) {
      return name;
    }
    manifest.fileName("name");
    return folders.isEmpty()
        ? name
        : folders.get(folders.size() == count ? index : 0).resolve(name).toString();
  }

  private static byte[] text(Fields manifest) {
    byte[] bytes = manifest.text("text").getBytes(StandardCharsets.UTF_8);
    if (!Sha256.hex(bytes).equals(manifest.text("sha256"))) {
      throw manifest.failure("sha256", "is not that of the text");
    }
    return bytes;
  }

  private static BuildTarget target(Fields target, List<Format> formats, Path out) {
    target.allowing(Set.of("kind", "name"));
    String name = target.fileName("name");
    return switch (target.text("kind")) {
      case "named" -> new BuildTarget.Named(formats, out, name);
      case "file" -> {
        if (formats.size() != 1) {
          throw target.failure("kind", "takes one format");
        }
        yield new BuildTarget.ToFile(formats.getFirst(), out.resolve(name));
      }
      default -> throw target.failure("kind", "is not known to this version of linuxkit");
    };
  }

  private static SbomRequest sbom(Fields system) {
    Map<SbomFormat, String> paths = new EnumMap<>(SbomFormat.class);
    Fields named = system.object("sbom");
    system
        .strings("sbom")
        .forEach((format, path) -> paths.put(value(named, format, format, SbomFormat.class), path));
    return new SbomRequest(paths, system.flag("sbomCurrentTime"));
  }

  private static OutputSettings outputs(Fields outputs) {
    outputs.allowing(
        Set.of(
            "initrdCompression",
            "diskSize",
            "rawCompression",
            "qcow2Compression",
            "vmdk",
            "ovaDevices",
            "squashfsCompression",
            "erofsCompression"));
    long size = outputs.number("diskSize");
    return new OutputSettings(
        InitrdCompression.parse(outputs.text("initrdCompression"))
            .orElseThrow(() -> outputs.failure("initrdCompression", "is not a compression")),
        new DiskOptions(
            size == 0 ? OptionalLong.empty() : OptionalLong.of(size),
            value(outputs, "rawCompression", RawCompression.class),
            value(outputs, "qcow2Compression", Qcow2.Compression.class),
            value(outputs, "vmdk", DiskOptions.VmdkKind.class),
            value(outputs, "ovaDevices", Machine.Devices.class)),
        new RootOptions(
            value(outputs, "squashfsCompression", SquashfsCompression.class),
            value(outputs, "erofsCompression", ErofsCompression.class)));
  }

  private static <E extends Enum<E>> E value(Fields fields, String name, Class<E> type) {
    return value(fields, name, fields.text(name), type);
  }

  private static <E extends Enum<E>> E value(
      Fields fields, String name, String text, Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .filter(each -> RequestParameters.name(each).equals(text))
        .findFirst()
        .orElseThrow(() -> fields.failure(name, "has an unknown value"));
  }
}
