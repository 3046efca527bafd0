package linuxkit.engine;

/**
 * Options for the content of a system.
 *
 * @param decompressKernel whether a compressed kernel is unpacked
 * @param permissions what the manifests and images of others may do
 */
public record SystemOptions(boolean decompressKernel, SbomRequest sbom, Permissions permissions) {
  /** The kernel as it is, and one SPDX document. */
  public static final SystemOptions DEFAULT = new SystemOptions(false, SbomRequest.DEFAULT);

  /** Creates options with the default permissions. */
  public SystemOptions(boolean decompressKernel, SbomRequest sbom) {
    this(decompressKernel, sbom, Permissions.DEFAULT);
  }
}
