package linuxkit.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The system that a guest boots, as the user names it.
 *
 * @param path a disk or ISO image, or the prefix of a kernel
 * @param mode what {@code path} stands for; empty to detect it
 * @param keepsChanges whether what the guest writes to the disk it boots from stays there
 */
public record BootSource(Path path, Optional<BootMode> mode, boolean keepsChanges) {
  /** The suffixes of images that boot without a separate kernel. */
  private static final List<String> IMAGE_SUFFIXES =
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

  public BootSource {
    path = path.toAbsolutePath();
  }

  /** Returns a system whose files are not changed. */
  public BootSource(Path path, Optional<BootMode> mode) {
    this(path, mode, false);
  }

  /** Returns whether no built system has this name. */
  public static boolean isMissing(Path name) {
    BootSource source = new BootSource(name, Optional.empty());
    return source.existingOrPrefix().files().stream().noneMatch(Files::exists);
  }

  /** Returns the default state directory: {@code linuxkit-state} for {@code linuxkit.iso}. */
  public Path stateDirectory() {
    String text = path.toString();
    String prefix = text.endsWith(".iso") ? text.substring(0, text.length() - 4) : text;
    return Path.of(prefix + "-state");
  }

  /**
   * Finds the files to boot from.
   *
   * @throws GuestFailure if one is missing, not a file or compressed
   */
  public BootImage detect() {
    BootImage image = mode.map(this::in).orElseGet(this::existingOrPrefix);
    for (Path file : image.files()) {
      if (file.toString().matches(".*\\.(zst|gz)")) {
        throw new GuestFailure(
            "cannot boot a compressed disk", file, "decompress it first, with unzstd or gunzip");
      }
      if (!Files.exists(file)) {
        throw new GuestFailure(
            "cannot boot: no such file",
            file,
            "build the system first, then give the name it was built under, a disk image or an"
                + " .iso");
      }
      if (Files.isDirectory(file)) {
        throw new GuestFailure(
            "cannot boot a directory", file, "give a name, a disk image or an .iso inside it");
      }
      // A disk may be a device.
      if (!(image instanceof BootImage.Disk) && !Files.isRegularFile(file)) {
        throw new GuestFailure("cannot boot: not a regular file", file, "check the path");
      }
    }
    for (Path file : image.files()) {
      // A command line may be empty, unlike what the guest boots from.
      if (!file.toString().endsWith("-cmdline")
          && Files.isRegularFile(file)
          && file.toFile().length() == 0) {
        throw new GuestFailure("cannot boot an empty file", file, "build the system again");
      }
    }
    return image;
  }

  private BootImage existingOrPrefix() {
    if (Files.exists(path)) {
      return byName(path);
    }
    if (!Files.exists(with("-kernel"))) {
      return onlyImage();
    }
    if (Files.exists(with("-squashfs.img"))) {
      return in(BootMode.SQUASHFS);
    }
    return Files.exists(with("-erofs.img")) && !Files.exists(with("-initrd.img"))
        ? root("-erofs")
        : in(BootMode.KERNEL);
  }

  private static BootImage byName(Path file) {
    String name = file.toString();
    if (name.endsWith(".yml") || name.endsWith(".yaml")) {
      throw new GuestFailure(
          "a manifest, not a built system", file, "build it first with: linuxkit build " + file);
    }
    if (name.endsWith(".tar")) {
      throw new GuestFailure(
          "a tar archive, not a bootable system",
          file,
          "build the system in a bootable format, such as kernel+initrd or iso");
    }
    if (name.endsWith(".iso")) {
      return new BootImage.Iso(file);
    }
    return name.endsWith(".efi") ? new BootImage.Efi(file) : new BootImage.Disk(file);
  }

  /** Returns the only image that a build has given this name. */
  private BootImage onlyImage() {
    List<Path> images = IMAGE_SUFFIXES.stream().map(this::with).filter(Files::exists).toList();
    if (images.size() > 1) {
      throw new GuestFailure(
          "several images have this name",
          path,
          "choose one: " + images.stream().map(Path::toString).collect(Collectors.joining(" or ")));
    }
    return images.isEmpty() ? new BootImage.Disk(path) : byName(images.getFirst());
  }

  private BootImage in(BootMode known) {
    return switch (known) {
      case KERNEL -> new BootImage.Kernel(with("-kernel"), with("-initrd.img"), with("-cmdline"));
      case SQUASHFS -> root("-squashfs");
      case ISO -> new BootImage.Iso(path.toString().endsWith(".iso") ? path : with(".iso"));
    };
  }

  private BootImage root(String type) {
    Path initrd = with(type + "-initrd.img");
    return new BootImage.Root(
        with("-kernel"),
        with(type + ".img"),
        Files.exists(initrd) ? Optional.of(initrd) : Optional.empty(),
        with("-cmdline"));
  }

  private Path with(String suffix) {
    return Path.of(path + suffix);
  }
}
