package linuxkit.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.boot.Format;
import linuxkit.boot.Formats;
import linuxkit.engine.lock.ManifestLock;
import linuxkit.oci.Platform;

/**
 * One system to build.
 *
 * @param manifests merged in this order: files, http and https URLs, or {@code -} for standard
 *     input
 * @param platform of the system
 * @param images where images are looked for first
 * @param limits sizes that fail the build when they are exceeded
 * @param report file for an HTML page about the system
 */
public record BuildRequest(
    List<String> manifests,
    Platform platform,
    BuildTarget target,
    ImageSource images,
    SystemOptions system,
    OutputSettings outputs,
    SizeLimits limits,
    Optional<Path> report) {
  /**
   * @throws RequestFailure if there is no manifest, or the build would overwrite its own report
   * @throws linuxkit.base.Failure if a format does not exist for the platform
   */
  public BuildRequest {
    manifests = List.copyOf(manifests);
    if (manifests.isEmpty()) {
      throw new RequestFailure("no manifest is given", "name at least one");
    }
    if (report.isPresent() && target.writes(report.get(), outputs.disks().compression())) {
      throw new RequestFailure(
          "the report would overwrite an output of the build: " + report.get(),
          "choose another name for the report");
    }
    for (Path file : system.sbom().files().values()) {
      if (target.writes(file, outputs.disks().compression())
          || report.filter(page -> isSame(page, file)).isPresent()) {
        throw new RequestFailure(
            "the bill of materials would overwrite an output of the build: " + file,
            "choose another name for the bill of materials");
      }
    }
    Formats.check(target.formats(), platform);
  }

  private static boolean isSame(Path first, Path second) {
    return first.toAbsolutePath().normalize().equals(second.toAbsolutePath().normalize());
  }

  /** Returns a request with every option at its default, for this machine's architecture. */
  public static BuildRequest of(List<String> manifests, BuildTarget target) {
    return new BuildRequest(
        manifests,
        Platform.host(),
        target,
        ImageSource.STORE,
        SystemOptions.DEFAULT,
        OutputSettings.DEFAULT,
        SizeLimits.NONE,
        Optional.empty());
  }

  /** Returns this request for another platform. */
  public BuildRequest withPlatform(Platform other) {
    return new BuildRequest(manifests, other, target, images, system, outputs, limits, report);
  }

  /** Returns this request with images from another source. */
  public BuildRequest withImages(ImageSource other) {
    return new BuildRequest(manifests, platform, target, other, system, outputs, limits, report);
  }

  /** Returns this request with other options for the system. */
  public BuildRequest withSystem(SystemOptions other) {
    return new BuildRequest(manifests, platform, target, images, other, outputs, limits, report);
  }

  /** Returns this request with other outputs. */
  public BuildRequest withOutputs(OutputSettings other) {
    return new BuildRequest(manifests, platform, target, images, system, other, limits, report);
  }

  /** Returns this request with other limits. */
  public BuildRequest withLimits(SizeLimits other) {
    return new BuildRequest(manifests, platform, target, images, system, outputs, other, report);
  }

  /** Returns this request with a report in this file. */
  public BuildRequest withReport(Path file) {
    return new BuildRequest(
        manifests, platform, target, images, system, outputs, limits, Optional.of(file));
  }

  /**
   * Returns the name of a system after its last manifest: its file name without the last extension;
   * {@code moby} for standard input, as in LinuxKit.
   */
  public static String defaultName(String manifest) {
    if (manifest.equals("-")) {
      return "moby";
    }
    String name = manifest.substring(manifest.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /**
   * Returns the lock file of manifests, which lies beside the last of them: {@code web.lock} for
   * {@code web.yml}. Empty if that is not a file.
   */
  public static Optional<Path> lockFile(List<String> manifests) {
    String last = manifests.getLast();
    if (last.equals("-") || ManifestFetcher.isAddress(last)) {
      return Optional.empty();
    }
    return Optional.of(Path.of(last).resolveSibling(defaultName(last) + ".lock"))
        .filter(file -> !file.equals(Path.of(last)));
  }

  /**
   * Reads the lock file of manifests.
   *
   * @param components the folder of the components that come with linuxkit
   * @return empty if there is none
   * @throws linuxkit.base.Failure if it is malformed, or required but missing
   */
  static Optional<ManifestLock> lock(
      List<String> manifests, SystemOptions.LockUse use, Path components) {
    Optional<Path> file = use.file().or(() -> lockFile(manifests).filter(Files::exists));
    if (file.isEmpty()) {
      if (use.required()) {
        throw new RequestFailure(
            "there is no lock file for " + manifests.getLast(),
            "create it with linuxkit lock " + String.join(" ", manifests));
      }
      return Optional.empty();
    }
    // No lambdas here and in Workspace: linking one would load the class in builds without a lock
    // file.
    String flag = use.file().isPresent() ? " --lock " + file.get() : "";
    String command = "linuxkit lock" + flag + " " + String.join(" ", manifests);
    return Optional.of(ManifestLock.read(file.get(), command, components));
  }

  /** Returns the texts that identify the request in a build record. */
  List<String> key() {
    List<String> key = new ArrayList<>();
    BuildRecord.addList(key, manifests);
    key.add(platform.toString());
    BuildRecord.addList(key, target.formats().stream().map(Format::label).toList());
    BuildRecord.addList(key, target.place());
    key.add(images.name());
    key.add(Boolean.toString(system.decompressKernel()));
    key.add(system.sbom().key());
    key.add(Boolean.toString(system.permissions().labels()));
    key.add(outputs.key());
    key.add(limits.budget().limits().toString());
    return key;
  }
}
