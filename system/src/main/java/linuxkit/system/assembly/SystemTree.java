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
 * An assembled system, from which every output format is written.
 *
 * @param files all files, with {@code boot/kernel}, {@code boot/cmdline} and {@code
 *     boot/ucode.cpio} if there are any; it must not change
 * @param kernel the content of {@code boot/kernel}
 * @param microcode the content of {@code boot/ucode.cpio}: an uncompressed cpio archive
 * @param cmdline the kernel command line; empty if there is no kernel
 * @param cmdlinePosition its position in a manifest, for failures
 * @param modified the time of all generated files, in seconds since 1970, UTC
 * @param kernelConfig the kernel's build configuration; empty if unknown
 * @param labelRights by container, such as {@code services.web}: the rights that it has from the
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

  /** Creates a system with the usual time and a kernel of unknown configuration. */
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

  /** Returns the image and layer of the kernel in words; empty if there is no kernel. */
  public String kernelSource() {
    return files.find("boot/kernel").map(entry -> TreeBuilder.from(entry.origin())).orElse("");
  }
}
