package linuxkit.engine;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Options for the content of a system.
 *
 * @param decompressKernel whether a compressed kernel is unpacked
 * @param permissions what the manifests and images of others may do
 * @param lock the use of a lock file
 */
public record SystemOptions(
    boolean decompressKernel, SbomRequest sbom, Permissions permissions, LockUse lock) {
  /**
   * The use of a lock file.
   *
   * @param file empty for the one beside the last manifest
   * @param required whether a build without a lock file fails
   */
  public record LockUse(Optional<Path> file, boolean required) {
    /** The lock file beside the last manifest, if there is one. */
    public static final LockUse DEFAULT = new LockUse(Optional.empty(), false);
  }

  /** The kernel as it is, and one SPDX document. */
  public static final SystemOptions DEFAULT = new SystemOptions(false, SbomRequest.DEFAULT);

  /** Creates options with the default permissions. */
  public SystemOptions(boolean decompressKernel, SbomRequest sbom) {
    this(decompressKernel, sbom, Permissions.DEFAULT);
  }

  /** Creates options with the lock file beside the manifest, if there is one. */
  public SystemOptions(boolean decompressKernel, SbomRequest sbom, Permissions permissions) {
    this(decompressKernel, sbom, permissions, LockUse.DEFAULT);
  }
}
