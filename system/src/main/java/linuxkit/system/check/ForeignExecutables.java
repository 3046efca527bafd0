package linuxkit.system.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.oci.ExecutableContent;
import linuxkit.oci.Platform;

/**
 * The programs of an image that the system's processor cannot run: executable ELF files for another
 * kind of processor.
 *
 * @param programs the number of ELF programs in the image, including these
 * @param foreign never empty, in the order of their paths
 */
public record ForeignExecutables(int programs, List<Program> foreign) {
  /**
   * @param path without a slash at the start
   * @param layer the digest of the layer that it comes from
   * @param machine in words for people
   */
  public record Program(String path, String layer, String machine) {}

  // The numbers are the System V ABI's. A second one is run as well.
  private static final Map<String, Set<Integer>> RUN_BY =
      Map.of(
          "amd64", Set.of(62, 3),
          "386", Set.of(3),
          "arm64", Set.of(183, 40),
          "arm", Set.of(40),
          "riscv64", Set.of(243),
          "ppc64le", Set.of(21),
          "s390x", Set.of(22));
  private static final Map<Integer, String> NAMES =
      Map.of(62, "amd64", 3, "386", 183, "arm64", 40, "arm", 243, "riscv", 21, "ppc64", 22, "s390");

  public ForeignExecutables {
    foreign = List.copyOf(foreign);
  }

  /** Finds foreign programs; empty if there are none or if the platform's processor is unknown. */
  public static Optional<ForeignExecutables> in(FileTree image, Platform platform) {
    Set<Integer> machines = RUN_BY.getOrDefault(platform.architecture(), Set.of());
    if (machines.isEmpty()) {
      return Optional.empty();
    }
    List<Program> foreign = new ArrayList<>();
    int[] programs = new int[1];
    image.walk(
        entry -> {
          int machine = machine(entry.node());
          if (machine != 0) {
            programs[0]++;
            if (!machines.contains(machine)) {
              foreign.add(
                  new Program(
                      entry.path(),
                      entry.origin().layer(),
                      NAMES.getOrDefault(machine, "machine " + machine)));
            }
          }
        });
    return foreign.isEmpty()
        ? Optional.empty()
        : Optional.of(new ForeignExecutables(programs[0], foreign));
  }

  private static int machine(Node node) {
    return node instanceof Node.RegularFile file
            && (file.metadata().permissions() & 0111) != 0
            && file.content() instanceof ExecutableContent content
        ? content.machine().orElse(0)
        : 0;
  }

  /** Returns whether no program of the image can be run. */
  public boolean all() {
    return foreign.size() == programs;
  }
}
