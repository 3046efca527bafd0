package linuxkit.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The files that a guest boots from. All paths are absolute. */
public sealed interface BootImage {
  /** A kernel and its initrd. */
  record Kernel(Path kernel, Path initrd, Path commandLine) implements BootImage {}

  /**
   * A kernel and a file system as its root.
   *
   * @param initrd mounts the root; empty if the kernel does so itself
   */
  record Root(Path kernel, Path root, Optional<Path> initrd, Path commandLine)
      implements BootImage {}

  /** A unified kernel image. */
  record Efi(Path image) implements BootImage {}

  /** A CD-ROM image. */
  record Iso(Path image) implements BootImage {}

  /** A disk image that contains a boot loader. */
  record Disk(Path image) implements BootImage {}

  /** Returns whether it boots only through UEFI firmware, judging by the name a build gave it. */
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

  /** Returns the files that must exist. */
  default List<Path> files() {
    return switch (this) {
      case Kernel k -> List.of(k.kernel, k.initrd, k.commandLine);
      case Root r ->
          Stream.concat(Stream.of(r.kernel, r.root, r.commandLine), r.initrd.stream()).toList();
      case Efi e -> List.of(e.image);
      case Iso i -> List.of(i.image);
      case Disk d -> List.of(d.image);
    };
  }
}
