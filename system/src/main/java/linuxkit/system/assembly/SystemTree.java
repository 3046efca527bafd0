package linuxkit.system.assembly;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.system.kernel.KernelConfig;
import linuxkit.system.tree.AssemblyOptions;
import linuxkit.system.tree.TreeBuilder;
import linuxkit.yaml.Position;

/**
 * A system put together: what every output format is written from.
 *
 * @param files all of it, with {@code boot/kernel}, {@code boot/cmdline} and {@code
 *     boot/ucode.cpio} where there are such; it must not change any more
 * @param kernel the same as {@code boot/kernel}
 * @param microcode the same as {@code boot/ucode.cpio}: an uncompressed cpio archive
 * @param cmdline the kernel command line; empty when there is no kernel
 * @param cmdlinePosition where a manifest has it, for failures
 * @param modified the time of all generated files, in seconds since 1970, UTC
 * @param kernelConfig what the kernel was built with; empty when that is not known
 * @param labelRights by container, such as {@code services.web}: the rights that it has by the
 *     label of its image
 */
public record SystemTree(
    FileTree files,
    Optional<Content> kernel,
    Optional<Content> microcode,
    String cmdline,
    Optional<Position> cmdlinePosition,
    long modified,
    Optional<KernelConfig> kernelConfig,
    Map<String, Set<String>> labelRights) {
  public SystemTree {
    labelRights = Map.copyOf(labelRights);
  }

  /** Creates a system whose containers have no rights by labels. */
  public SystemTree(
      FileTree files,
      Optional<Content> kernel,
      Optional<Content> microcode,
      String cmdline,
      Optional<Position> cmdlinePosition,
      long modified,
      Optional<KernelConfig> kernelConfig) {
    this(files, kernel, microcode, cmdline, cmdlinePosition, modified, kernelConfig, Map.of());
  }

  /** One of the usual time, of whose kernel nothing more is known. */
  public SystemTree(
      FileTree files, Optional<Content> kernel, Optional<Content> microcode, String cmdline) {
    this(
        files,
        kernel,
        microcode,
        cmdline,
        Optional.empty(),
        AssemblyOptions.DEFAULT_MODIFIED,
        Optional.empty());
  }

  /** Which image and layer the kernel comes from, in words; empty when there is none. */
  public String kernelSource() {
    return files.find("boot/kernel").map(entry -> TreeBuilder.from(entry.origin())).orElse("");
  }
}
