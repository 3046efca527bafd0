package linuxkit.engine;

/**
 * Options for the content of a system.
 *
 * @param decompressKernel whether a compressed kernel is unpacked
 */
public record SystemOptions(boolean decompressKernel, SbomRequest sbom) {
  /** The kernel as it is, and one SPDX document. */
  public static final SystemOptions DEFAULT = new SystemOptions(false, SbomRequest.DEFAULT);
}
