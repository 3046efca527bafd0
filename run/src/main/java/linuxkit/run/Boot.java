package linuxkit.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a guest starts from (spec linuxkit-cli 7.2, "Boot mode detection"). */
sealed interface Boot {
  /** A kernel and its initrd. */
  record Kernel(Path kernel, Path initrd, Path commandLine) implements Boot {}

  /** A kernel and a squashfs image as its root. */
  record Squashfs(Path kernel, Path root, Path commandLine) implements Boot {}

  /** A CD-ROM image. */
  record Iso(Path image) implements Boot {}

  /** A disk image with a boot loader on it. */
  record Disk(Path image) implements Boot {}

  /**
   * @throws GuestFailure where a file that is needed is not there
   */
  static Boot detect(Path path, Optional<BootMode> mode) {
    Boot boot = mode.map(known -> of(path, known)).orElseGet(() -> guess(path));
    for (Path file : boot.files()) {
      if (!Files.exists(file)) {
        throw new GuestFailure(
            "cannot boot: no such file",
            file,
            "build it first, and name it as the build did: a prefix, a disk image or an .iso");
      }
    }
    return boot;
  }

  private static Boot guess(Path path) {
    if (Files.exists(path)) {
      return path.toString().endsWith(".iso") ? of(path, BootMode.ISO) : new Disk(path);
    }
    if (!Files.exists(with(path, "-kernel"))) {
      return new Disk(path);
    }
    return of(
        path, Files.exists(with(path, "-squashfs.img")) ? BootMode.SQUASHFS : BootMode.KERNEL);
  }

  private static Boot of(Path path, BootMode mode) {
    return switch (mode) {
      case KERNEL ->
          new Kernel(with(path, "-kernel"), with(path, "-initrd.img"), with(path, "-cmdline"));
      case SQUASHFS ->
          new Squashfs(with(path, "-kernel"), with(path, "-squashfs.img"), with(path, "-cmdline"));
      case ISO -> new Iso(path.toString().endsWith(".iso") ? path : with(path, ".iso"));
    };
  }

  private static Path with(Path prefix, String suffix) {
    return prefix.resolveSibling(prefix.getFileName() + suffix);
  }

  private List<Path> files() {
    return switch (this) {
      case Kernel k -> List.of(k.kernel, k.initrd, k.commandLine);
      case Squashfs s -> List.of(s.kernel, s.root, s.commandLine);
      case Iso i -> List.of(i.image);
      case Disk d -> List.of(d.image);
    };
  }
}
