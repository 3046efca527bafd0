package linuxkit.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a guest starts from (spec linuxkit-cli 7.2, "Boot mode detection"). */
sealed interface Boot {
  /** Of the names that a build gives to what starts by itself. */
  List<String> SUFFIXES =
      List.of(
          ".img",
          "-bios.img",
          "-efi.img",
          ".raw",
          ".qcow2",
          "-efi.qcow2",
          ".vhd",
          ".vhdx",
          ".vmdk",
          ".iso",
          "-efi.iso",
          "-efi-initrd.iso",
          ".efi");

  /** A kernel and its initrd. */
  record Kernel(Path kernel, Path initrd, Path commandLine) implements Boot {}

  /**
   * A kernel and a file system as its root.
   *
   * @param initrd what mounts the root, where the kernel does not do so itself
   */
  record Root(Path kernel, Path root, Optional<Path> initrd, Path commandLine) implements Boot {}

  /** A unified kernel image. */
  record Efi(Path image) implements Boot {}

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
      if (file.toString().matches(".*\\.(zst|gz)")) {
        throw new GuestFailure(
            "QEMU cannot start a compressed disk", file, "unpack it first, with unzstd or gunzip");
      }
      if (!Files.exists(file)) {
        throw new GuestFailure(
            "cannot boot: no such file",
            file,
            "build it first, and name it as the build did: a prefix, a disk image or an .iso");
      }
      if (Files.isDirectory(file)) {
        throw new GuestFailure(
            "cannot boot a directory", file, "name a prefix, a disk image or an .iso in it");
      }
    }
    return boot;
  }

  private static Boot guess(Path path) {
    if (Files.exists(path)) {
      String name = path.toString();
      return name.endsWith(".iso")
          ? of(path, BootMode.ISO)
          : name.endsWith(".efi") ? new Efi(path) : new Disk(path);
    }
    if (!Files.exists(with(path, "-kernel"))) {
      return guess(path, SUFFIXES.stream().map(s -> with(path, s)).filter(Files::exists).toList());
    }
    if (Files.exists(with(path, "-squashfs.img"))) {
      return of(path, BootMode.SQUASHFS);
    }
    return Files.exists(with(path, "-erofs.img")) && !Files.exists(with(path, "-initrd.img"))
        ? root(path, "-erofs")
        : of(path, BootMode.KERNEL);
  }

  /** Of a prefix without a kernel: the one image that a build has given this name. */
  private static Boot guess(Path path, List<Path> images) {
    if (images.size() > 1) {
      throw new GuestFailure(
          "several images have this name",
          path,
          "give one of them: "
              + images.stream().map(Path::toString).collect(Collectors.joining(" or ")));
    }
    return images.isEmpty() ? new Disk(path) : guess(images.getFirst());
  }

  private static Boot of(Path path, BootMode mode) {
    return switch (mode) {
      case KERNEL ->
          new Kernel(with(path, "-kernel"), with(path, "-initrd.img"), with(path, "-cmdline"));
      case SQUASHFS -> root(path, "-squashfs");
      case ISO -> new Iso(path.toString().endsWith(".iso") ? path : with(path, ".iso"));
    };
  }

  private static Root root(Path path, String type) {
    Path initrd = with(path, type + "-initrd.img");
    return new Root(
        with(path, "-kernel"),
        with(path, type + ".img"),
        Files.exists(initrd) ? Optional.of(initrd) : Optional.empty(),
        with(path, "-cmdline"));
  }

  /** Whether only UEFI firmware starts it, by the name that a build gives it. */
  default boolean needsUefi() {
    return switch (this) {
      case Kernel _, Root _ -> false;
      case Efi _ -> true;
      case Iso iso -> isEfi(iso.image.toString());
      case Disk disk -> isEfi(disk.image.toString());
    };
  }

  private static boolean isEfi(String name) {
    return name.matches(".*-efi(-initrd)?\\.[a-z0-9]+");
  }

  private static Path with(Path prefix, String suffix) {
    return prefix.resolveSibling(prefix.getFileName() + suffix);
  }

  private List<Path> files() {
    return switch (this) {
      case Kernel k -> List.of(k.kernel, k.initrd, k.commandLine);
      case Root r -> List.of(r.kernel, r.root, r.commandLine);
      case Efi e -> List.of(e.image);
      case Iso i -> List.of(i.image);
      case Disk d -> List.of(d.image);
    };
  }
}
