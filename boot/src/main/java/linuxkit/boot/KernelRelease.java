package linuxkit.boot;

import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.system.SystemTree;

/** The version of a system's kernel, as the folder of its modules has it. */
final class KernelRelease {
  private static final String MODULES = "lib/modules";

  private KernelRelease() {}

  /** Empty when the system has no modules, or those of several kernels. */
  static String of(SystemTree system) {
    List<String> names =
        system.files().find(MODULES).stream()
            .flatMap(folder -> folder.children().stream())
            .filter(entry -> entry.node() instanceof Node.Directory)
            .map(FileTree.Entry::name)
            .toList();
    return names.size() == 1 ? names.getFirst() : "";
  }
}
