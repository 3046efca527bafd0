package linuxkit.system.manifest;

import java.util.List;
import java.util.Optional;
import linuxkit.yaml.Position;

/**
 * Where the kernel comes from and how it is started.
 *
 * @param cmdline the command line, verbatim
 * @param binary the name of the kernel's file in the image
 * @param tar the name of the archive of modules; empty when there is none to unpack
 * @param ucode the name of the archive of processor microcode; empty when there is none
 * @param modules which modules to keep: names, patterns, {@code all}, {@code none}; when absent the
 *     image decides
 * @param cmdlinePosition none when there is no command line
 */
public record Kernel(
    NamedImage image,
    String cmdline,
    String binary,
    String tar,
    String ucode,
    Optional<List<Module>> modules,
    Optional<Position> cmdlinePosition) {
  public static final String DEFAULT_BINARY = "kernel";
  public static final String DEFAULT_TAR = "kernel.tar";

  /**
   * @param name as written
   */
  public record Module(String name, Position position) {}
}
