package linuxkit.system.tree;

import java.nio.file.Path;
import java.util.Optional;
import linuxkit.base.cache.WorkCache;
import linuxkit.system.sbom.SbomOptions;

/**
 * The inputs of a system besides its manifest and its images.
 *
 * @param modified the time of all generated files, in seconds since 1970, UTC
 * @param decompressKernel whether {@code boot/kernel} is decompressed
 * @param workingDirectory the folder that relative sources of files start from
 * @param home the folder for {@code ~/} in sources of files
 * @param work the cache of what is derived from the images' content
 * @param sbom the bills of materials to add, if any
 * @param labels how much the labels of images may decide
 */
public record AssemblyOptions(
    long modified,
    boolean decompressKernel,
    Path workingDirectory,
    Path home,
    WorkCache work,
    Optional<SbomOptions> sbom,
    LabelRules labels) {
  /** 2017-04-18T16:30:00Z: the time that LinuxKit gives generated files. */
  public static final long DEFAULT_MODIFIED = 1_492_533_000L;

  /** Options by which the labels of images count. */
  public AssemblyOptions(
      long modified,
      boolean decompressKernel,
      Path workingDirectory,
      Path home,
      WorkCache work,
      Optional<SbomOptions> sbom) {
    this(modified, decompressKernel, workingDirectory, home, work, sbom, LabelRules.DEFAULT);
  }
}
