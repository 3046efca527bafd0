package linuxkit.boot.read;

import java.nio.file.Path;
import linuxkit.system.inspect.InspectedSystem;
import linuxkit.system.tree.PlacementListener;

/** Reads built systems back. Of their files, only what an inspection needs is kept. */
public final class BuiltSystem {
  private BuiltSystem() {}

  /**
   * Reads a tar archive of a system.
   *
   * @param placements notified of every entry, with the origin from its records
   * @throws linuxkit.base.Failure if it cannot be read or is not a tar archive
   */
  public static InspectedSystem tar(Path file, PlacementListener placements) {
    return BuiltTar.read(file, placements);
  }

  /**
   * Reads a system from its kernel and initrd. The kernel becomes {@code boot/kernel}.
   *
   * @param kernel may be missing
   * @param cmdline may be missing
   * @param placements notified of every entry; its origin names the archive within the initrd
   * @throws linuxkit.base.Failure if the initrd cannot be read
   */
  public static InspectedSystem kernelInitrd(
      Path initrd, Path kernel, Path cmdline, PlacementListener placements) {
    return BuiltInitrd.read(initrd, kernel, cmdline, placements);
  }
}
