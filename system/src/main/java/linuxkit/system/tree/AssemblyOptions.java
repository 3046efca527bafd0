package linuxkit.system.tree;

import java.nio.file.Path;
import java.util.Optional;
import linuxkit.base.cache.WorkCache;
import linuxkit.system.sbom.SbomOptions;

/**
 * What a system depends on besides its manifest and its images.
 *
 * @param modified the time of all generated files, in seconds since 1970, UTC
 * @param decompressKernel whether {@code boot/kernel} is to be the kernel that a compressed one
 *     unpacks
 * @param workingDirectory what relative sources of files are relative to
 * @param home what {@code ~/} stands for in sources of files
 * @param work keeps what is derived from the images' content
 * @param sbom which bills of materials are put in; none when there are to be none
 */
public record AssemblyOptions(
    long modified,
    boolean decompressKernel,
    Path workingDirectory,
    Path home,
    WorkCache work,
    Optional<SbomOptions> sbom) {
  /** 2017-04-18T16:30:00Z: the time that LinuxKit gives generated files. */
  public static final long DEFAULT_MODIFIED = 1_492_533_000L;
}
