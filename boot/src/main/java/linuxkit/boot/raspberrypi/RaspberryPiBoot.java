package linuxkit.boot.raspberrypi;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import linuxkit.base.FileFailure;
import linuxkit.boot.loader.BootFiles;
import linuxkit.boot.loader.BootParts;
import linuxkit.boot.loader.LoaderFailure;
import linuxkit.boot.loader.LoaderFiles;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.system.kernel.KernelDecompressor;
import linuxkit.system.manifest.BootComponent;

/**
 * Makes the files of a memory card for a Raspberry Pi 3: the firmware starts U-Boot, and U-Boot
 * runs a script that starts the kernel.
 */
public final class RaspberryPiBoot {
  private static final String FIRMWARE = "usr/lib/raspi-firmware";
  private static final String DOCUMENTATION = "usr/share/doc";
  private static final String DEVICE_TREES = "boot/dtb/broadcom";
  private static final String PROCESSOR = "bcm2837-";
  private static final String KERNEL = "kernel.uimg";
  private static final String INITRD = "initrd.uimg";
  private static final String CONFIGURATION =
      """
      # Starts U-Boot, which runs boot.scr.
      arm_64bit=1
      enable_uart=1
      # The device trees have the names that Linux itself has for them.
      upstream_kernel=1
      kernel=u-boot.bin
      """;
  // As in LinuxKit. U-Boot moves a kernel that asks for another address.
  private static final long KERNEL_ADDRESS = 0x80000;
  // Linux, Documentation/arch/arm64/booting.rst, "Call the kernel image".
  private static final int ARM64_HEADER = 64;
  private static final int ARM64_MAGIC_OFFSET = 56;
  private static final int ARM64_MAGIC = 0x644d5241;

  private final LoaderFiles files;

  public RaspberryPiBoot(BootFiles from) {
    this.files = new LoaderFiles(from, BootComponent.RASPBERRY_PI);
  }

  /**
   * Returns the files of a card.
   *
   * @param parts with an initrd
   * @param system contains the kernel's device trees
   * @param time of all files, in seconds since 1970
   * @throws LoaderFailure if U-Boot cannot start the kernel, or it has no device tree for the board
   */
  public FileTree card(BootParts parts, FileTree system, long time) {
    Card card = new Card(new FileTree(Metadata.of(0755, 0, 0, time)), time);
    card.putAll(files.tree(), FIRMWARE, "");
    card.put("u-boot.bin", files.find("usr/lib/u-boot/rpi_3/u-boot.bin"));
    for (FileTree.Entry folder : children(files.tree(), DOCUMENTATION)) {
      files
          .tree()
          .find(folder.path() + "/copyright")
          .ifPresent(licence -> card.put("LICENCE." + folder.name(), licence));
    }
    if (!card.putAll(system, DEVICE_TREES, PROCESSOR)) {
      throw new LoaderFailure(
          "the kernel has no device tree for a Raspberry Pi 3",
          "/" + DEVICE_TREES,
          "use a kernel for this board, such as Debian's linux-image-arm64 (not linux-image-cloud-arm64)");
    }
    card.put("config.txt", Content.of(CONFIGURATION.getBytes(StandardCharsets.US_ASCII)));
    card.put(KERNEL, kernel(parts.kernel(), time));
    card.put(
        INITRD,
        image(LegacyImage.Kind.RAMDISK, LegacyImage.Packing.NONE, 0, time)
            .of(parts.initrd().orElseThrow()));
    card.put(
        "boot.scr",
        image(LegacyImage.Kind.SCRIPT, LegacyImage.Packing.NONE, 0, time)
            .of(BootScript.of(KERNEL, INITRD, parts.cmdline())));
    return card.tree;
  }

  private static Content kernel(Content packed, long time) {
    Content kernel = KernelDecompressor.withoutZboot(packed, "the kernel");
    try (InputStream in = kernel.open()) {
      byte[] header = in.readNBytes(ARM64_HEADER);
      if (isArm64(header)) {
        return kernel(LegacyImage.Packing.NONE, kernel, time);
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot read the kernel", e);
    }
    try (InputStream in = new GZIPInputStream(kernel.open())) {
      if (isArm64(in.readNBytes(ARM64_HEADER))) {
        return kernel(LegacyImage.Packing.GZIP, kernel, time);
      }
    } catch (ZipException | EOFException _) {
      // Not compressed with gzip, either.
    } catch (IOException e) {
      throw FileFailure.of("cannot read the kernel", e);
    }
    throw new LoaderFailure(
        "U-Boot cannot start this kernel on arm64",
        "",
        "use a kernel that was built as Image, Image.gz or vmlinuz.efi");
  }

  private static Content kernel(LegacyImage.Packing compression, Content kernel, long time) {
    return image(LegacyImage.Kind.KERNEL, compression, KERNEL_ADDRESS, time).of(kernel);
  }

  private static boolean isArm64(byte[] header) {
    return header.length == ARM64_HEADER
        && ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(ARM64_MAGIC_OFFSET)
            == ARM64_MAGIC;
  }

  private static LegacyImage image(
      LegacyImage.Kind kind, LegacyImage.Packing compression, long address, long time) {
    return new LegacyImage(kind, compression, address, "LinuxKit", time);
  }

  private static List<FileTree.Entry> children(FileTree tree, String folder) {
    return tree.find(folder).map(FileTree.Entry::children).stream()
        .flatMap(Collection::stream)
        .toList();
  }

  private record Card(FileTree tree, long time) {
    void put(String name, Content content) {
      tree.put(name, new Node.RegularFile(Metadata.of(0644, 0, 0, time), content), Origin.NONE);
    }

    private boolean put(String name, FileTree.Entry entry) {
      if (entry.node() instanceof Node.RegularFile file) {
        put(name, file.content());
        return true;
      }
      return false;
    }

    /**
     * Adds the files of a folder whose names begin with a prefix; returns whether there are any.
     */
    boolean putAll(FileTree from, String folder, String prefix) {
      boolean any = false;
      for (FileTree.Entry entry : children(from, folder)) {
        any |= entry.name().startsWith(prefix) && put(entry.name(), entry);
      }
      return any;
    }
  }
}
