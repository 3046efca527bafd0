package linuxkit.boot;

import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.system.assembly.SystemTree;
import linuxkit.system.modules.ModuleSelection;

/** Finds the version of a system's kernel. */
final class KernelRelease {
  private KernelRelease() {}

  /** Returns the name of the modules' folder; empty if there is none, or more than one. */
  static String of(SystemTree system) {
    List<FileTree.Entry> versions = ModuleSelection.versions(system.files());
    return versions.size() == 1 ? versions.getFirst().name() : "";
  }
}
