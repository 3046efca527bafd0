package linuxkit.engine.lock.update;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import linuxkit.boot.Format;
import linuxkit.engine.BuildRequest;
import linuxkit.engine.Permissions;
import linuxkit.engine.RequestFailure;
import linuxkit.oci.Platform;
import linuxkit.system.manifest.BootComponent;

/**
 * Manifests whose references are locked.
 *
 * @param manifests as in {@link BuildRequest}
 * @param file the lock file; empty for the one beside the last manifest
 * @param formats of outputs whose boot loaders are locked, too
 */
public record LockRequest(
    List<String> manifests, Optional<Path> file, Permissions permissions, List<Format> formats) {
  private static final List<Platform> PLATFORMS =
      List.of(Platform.linux("amd64"), Platform.linux("arm64"), Platform.linux("riscv64"));

  /**
   * @throws RequestFailure if there is no manifest, or no place for the lock file
   */
  public LockRequest {
    manifests = List.copyOf(manifests);
    formats = List.copyOf(formats);
    if (manifests.isEmpty()) {
      throw new RequestFailure("no manifest is given", "name at least one");
    }
    if (file.isEmpty() && BuildRequest.lockFile(manifests).isEmpty()) {
      throw new RequestFailure(
          "no lock file lies beside " + manifests.getLast() + ", which is not a file",
          "name one with --lock FILE");
    }
  }

  /** Returns the lock file, which may be missing. */
  public Path lock() {
    return file.or(() -> BuildRequest.lockFile(manifests)).orElseThrow();
  }

  /** Returns the boot loaders that the formats need on any platform. */
  Set<BootComponent> bootLoaders() {
    Set<BootComponent> all = EnumSet.noneOf(BootComponent.class);
    for (Format format : formats) {
      PLATFORMS.stream()
          .filter(platform -> format.reasonAgainst(platform).isEmpty())
          .forEach(platform -> all.addAll(format.components(platform)));
    }
    return all;
  }
}
