package linuxkit.boot.read;

import java.nio.file.Path;
import linuxkit.system.inspect.InspectedSystem;
import linuxkit.system.tree.PlacementListener;

/** Reads systems back that were built; of their files only what an inspection needs is kept. */
public final class BuiltSystem {
  private BuiltSystem() {}

  /**
   * Reads a tar archive of a system.
   *
   * @param placements told of every entry, with the origin that its records give
   * @throws linuxkit.base.Failure when it cannot be read or is no such archive
   */
  public static InspectedSystem tar(Path file, PlacementListener placements) {
    return BuiltTar.read(file, placements);
  }

  /**
   * Reads a system of kernel and initrd; the kernel's file becomes {@code boot/kernel}.
   *
   * @param kernel may be missing
   * @param cmdline may be missing
   * @param placements told of every entry; its origin names the archive within the initrd
   * @throws linuxkit.base.Failure when the initrd cannot be read
   */
  public static InspectedSystem kernelInitrd(
      Path initrd, Path kernel, Path cmdline, PlacementListener placements) {
    return BuiltInitrd.read(initrd, kernel, cmdline, placements);
  }
}
