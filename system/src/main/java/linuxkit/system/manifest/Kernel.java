package linuxkit.system.manifest;

import java.util.List;
import java.util.Optional;
import linuxkit.yaml.Position;

/**
 * The kernel of a system: its image, the files in it, its command line, and how strict it is.
 *
 * @param cmdline the command line, verbatim
 * @param binary the name of the kernel's file in the image
 * @param tar the name of the archive of modules; empty if there is nothing to unpack
 * @param ucode the name of the archive of processor microcode; empty if there is no microcode
 * @param modules the modules to keep: names, patterns, {@code all}, {@code none}; if absent, the
 *     image decides
 * @param cmdlinePosition absent if there is no command line
 * @param hardening the manifest's {@code hardening}; if absent, the init images decide
 */
public record Kernel(
    NamedImage image,
    String cmdline,
    String binary,
    String tar,
    String ucode,
    Optional<List<Module>> modules,
    Optional<Position> cmdlinePosition,
    Optional<Boolean> hardening) {
  public static final String DEFAULT_BINARY = "kernel";
  public static final String DEFAULT_TAR = "kernel.tar";

  /** Returns this kernel with another command line. */
  public Kernel withCmdline(String other) {
    return new Kernel(image, other, binary, tar, ucode, modules, cmdlinePosition, hardening);
  }

  /**
   * @param name as written
   */
  public record Module(String name, Position position) {}
}
