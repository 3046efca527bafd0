package linuxkit.boot;

import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.system.assembly.SystemTree;
import linuxkit.system.modules.ModuleSelection;

/** The version of a system's kernel, as the folder of its modules has it. */
final class KernelRelease {
  private KernelRelease() {}

  /** Empty when the system has no modules, or those of several kernels. */
  static String of(SystemTree system) {
    List<FileTree.Entry> versions = ModuleSelection.versions(system.files());
    return versions.size() == 1 ? versions.getFirst().name() : "";
  }
}
