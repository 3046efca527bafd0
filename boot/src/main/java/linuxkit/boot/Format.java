package linuxkit.boot;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import linuxkit.oci.Platform;
import linuxkit.system.manifest.BootComponent;

/**
 * A form in which a system is written: a kind with its settings. {@link Formats} lists all of them;
 * the code that writes a system switches over the kinds.
 */
public sealed interface Format {
  /** Returns the name of the format on the command line. */
  String label();

  /**
   * Returns the suffixes that make artefact names out of a system's name, in order. The last
   * artefact may be missing if it is the initrd of a kernel that needs none.
   */
  List<String> suffixes();

  /** Returns the suffixes if raw disks are compressed, whose names then end in another suffix. */
  default List<String> suffixes(RawCompression compression) {
    return isRaw()
        ? suffixes().stream().map(suffix -> suffix + compression.suffix()).toList()
        : suffixes();
  }

  /** Returns the boot components that an artefact may need. */
  Set<BootComponent> components(Platform platform);

  /** Returns why the format cannot be made for a platform; empty if it can. */
  Optional<String> reasonAgainst(Platform platform);

  /** Returns whether the format can be written to standard output. */
  default boolean isStreamed() {
    return this instanceof Archive archive && archive.members() != Archive.Members.KERNEL_INITRD;
  }

  /** Returns whether only a system with a kernel can be written. */
  default boolean needsKernel() {
    return true;
  }

  /** Returns whether the kernel unpacks the whole system from its initrd. */
  boolean isUnpackedWhole();

  /** Returns whether the format is a disk in this container. */
  default boolean isIn(DiskContainer container) {
    return this instanceof Disk disk && disk.container() == container;
  }

  /** Returns whether the format is a raw disk, which may be compressed. */
  default boolean isRaw() {
    return isIn(DiskContainer.RAW);
  }

  /** Returns whether the format has this root file system in a file next to the kernel. */
  default boolean hasRoot(KernelAnd.Root root) {
    return this instanceof KernelAnd files && files.root() == root;
  }

  /** A tar archive. */
  record Archive(String label, String suffix, Members members) implements Format {
    /** The members of an archive. */
    public enum Members {
      /** The files of the system. */
      SYSTEM,
      /** The files of the system and a Dockerfile. */
      DOCKER,
      /** The kernel, the initrd and the command line. */
      KERNEL_INITRD
    }

    @Override
    public List<String> suffixes() {
      return List.of(suffix);
    }

    @Override
    public boolean isUnpackedWhole() {
      return members == Members.KERNEL_INITRD;
    }

    @Override
    public boolean needsKernel() {
      return false;
    }

    @Override
    public Set<BootComponent> components(Platform platform) {
      return Set.of();
    }

    @Override
    public Optional<String> reasonAgainst(Platform platform) {
      return Optional.empty();
    }
  }

  /**
   * The kernel, its root, its command line, and the first stage if the root needs one.
   *
   * @param suffixes in this order; three or four
   */
  record KernelAnd(String label, Root root, List<String> suffixes) implements Format {
    /** The file that becomes the root of the running system. */
    public enum Root {
      INITRD,
      /** An initrd that is not compressed. */
      PLAIN_INITRD,
      SQUASHFS,
      EROFS,
      ISO9660
    }

    // Those of pkg/first-stage.
    private static final Set<String> GUEST_ARCHITECTURES = Set.of("amd64", "arm64", "riscv64");

    public KernelAnd {
      suffixes = List.copyOf(suffixes);
    }

    /** Returns the suffix of the kernel. */
    public String kernelSuffix() {
      return suffixes.get(0);
    }

    /** Returns the suffix of the root. */
    public String rootSuffix() {
      return suffixes.get(1);
    }

    /** Returns the suffix of the command line. */
    public String commandLineSuffix() {
      return suffixes.get(2);
    }

    @Override
    public boolean isUnpackedWhole() {
      return root == Root.INITRD || root == Root.PLAIN_INITRD;
    }

    @Override
    public boolean needsKernel() {
      return !isUnpackedWhole();
    }

    @Override
    public Set<BootComponent> components(Platform platform) {
      return isUnpackedWhole() ? Set.of() : EnumSet.of(BootComponent.FIRST_STAGE);
    }

    @Override
    public Optional<String> reasonAgainst(Platform platform) {
      return isUnpackedWhole() || GUEST_ARCHITECTURES.contains(platform.architecture())
          ? Optional.empty()
          : Optional.of("there is no first stage for " + platform.architecture());
    }
  }

  /** An ISO 9660 disc. */
  record Disc(String label, String suffix, Firmware firmware, Contents contents) implements Format {
    /** The files on a disc. */
    public enum Contents {
      /** The files of the system: the disc is its root. */
      SYSTEM,
      /** A unified kernel image with the whole system as its initrd. */
      UNIFIED_KERNEL
    }

    @Override
    public List<String> suffixes() {
      return List.of(suffix);
    }

    @Override
    public boolean isUnpackedWhole() {
      return contents == Contents.UNIFIED_KERNEL;
    }

    @Override
    public Set<BootComponent> components(Platform platform) {
      Set<BootComponent> components = firmware.components(platform);
      if (contents == Contents.SYSTEM) {
        components.add(BootComponent.FIRST_STAGE);
      }
      return components;
    }

    @Override
    public Optional<String> reasonAgainst(Platform platform) {
      return firmware.reasonAgainst(platform);
    }
  }

  /** A unified kernel image. */
  record UnifiedKernel(String label, String suffix) implements Format {
    @Override
    public List<String> suffixes() {
      return List.of(suffix);
    }

    @Override
    public boolean isUnpackedWhole() {
      return true;
    }

    @Override
    public Set<BootComponent> components(Platform platform) {
      return Firmware.UEFI.components(platform);
    }

    @Override
    public Optional<String> reasonAgainst(Platform platform) {
      return Firmware.UEFI.reasonAgainst(platform);
    }
  }

  /**
   * A disk in some container.
   *
   * @param defaultSize in bytes, unless the system needs more or the user asks for another; 0 for
   *     as small as possible
   * @param multiple of which the size must be one, in bytes
   */
  record Disk(
      String label,
      String suffix,
      Firmware firmware,
      DiskContainer container,
      long defaultSize,
      long multiple)
      implements Format {
    @Override
    public List<String> suffixes() {
      return List.of(suffix);
    }

    @Override
    public boolean isUnpackedWhole() {
      return true;
    }

    @Override
    public Set<BootComponent> components(Platform platform) {
      return firmware.components(platform);
    }

    @Override
    public Optional<String> reasonAgainst(Platform platform) {
      return firmware.reasonAgainst(platform);
    }
  }

  /** The files of a memory card for a Raspberry Pi 3, as a tar archive. */
  record Card(String label, String suffix) implements Format {
    @Override
    public List<String> suffixes() {
      return List.of(suffix);
    }

    @Override
    public boolean isUnpackedWhole() {
      return true;
    }

    @Override
    public Set<BootComponent> components(Platform platform) {
      return EnumSet.of(BootComponent.RASPBERRY_PI);
    }

    @Override
    public Optional<String> reasonAgainst(Platform platform) {
      return platform.architecture().equals("arm64")
          ? Optional.empty()
          : Optional.of("a Raspberry Pi 3 boots arm64, not " + platform.architecture());
    }
  }
}
