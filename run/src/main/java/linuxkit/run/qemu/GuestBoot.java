package linuxkit.run.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.run.Architecture;
import linuxkit.run.BootImage;
import linuxkit.run.GuestFailure;
import linuxkit.run.OptionFailure;
import linuxkit.run.chart.BootChart;

/**
 * The image that QEMU boots, and what it needs for that.
 *
 * @param kernelArguments empty unless {@code image} has a kernel
 * @param firmware empty for QEMU's own
 */
record GuestBoot(BootImage image, String kernelArguments, Optional<UefiFirmware> firmware) {
  /** More than any kernel takes. */
  private static final int COMMAND_LINE = 64 << 10;

  /** Reads the kernel's command line from the image's files. */
  static GuestBoot of(BootImage image, Optional<UefiFirmware> firmware) {
    String kernelArguments =
        switch (image) {
          case BootImage.Kernel kernel -> text(kernel.commandLine());
          case BootImage.Root root -> text(root.commandLine());
          case BootImage.Iso _, BootImage.Disk _, BootImage.Efi _ -> "";
        };
    return new GuestBoot(image, kernelArguments, firmware);
  }

  /**
   * Returns this with a word for the kernel that asks the guest for the records of a boot chart.
   *
   * @throws OptionFailure if the kernel's command line is in the image
   */
  GuestBoot charted() {
    return switch (image) {
      case BootImage.Kernel _, BootImage.Root _ ->
          new GuestBoot(image, (kernelArguments + " " + BootChart.WORD).strip(), firmware);
      case BootImage.Iso _, BootImage.Disk _, BootImage.Efi _ ->
          throw new OptionFailure(
              "a boot chart needs a kernel whose command line can be changed",
              "boot the kernel+initrd of the system");
    };
  }

  /** Returns whether the guest writes records of a boot chart to its console. */
  boolean isCharted() {
    return List.of(kernelArguments.split(" ", -1)).contains(BootChart.WORD);
  }

  private static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(COMMAND_LINE + 1);
      if (bytes.length > COMMAND_LINE) {
        throw new GuestFailure(
            "the kernel's command line is too long",
            file,
            "shorten it to " + COMMAND_LINE + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  /** Returns QEMU's arguments for a direct kernel boot; none if the firmware finds the image. */
  List<String> kernelOptions(Architecture architecture) {
    return switch (image) {
      case BootImage.Kernel kernel ->
          List.of(
              "-kernel",
              kernel.kernel().toString(),
              "-initrd",
              kernel.initrd().toString(),
              "-append",
              kernelArguments);
      case BootImage.Root root -> {
        // The guest's name of its first disk; only PCs have a controller for ATA disks.
        String disk = architecture == Architecture.X86_64 ? "/dev/sda" : "/dev/vda";
        String append = kernelArguments + " root=" + disk;
        String kernel = root.kernel().toString();
        yield root.initrd().isPresent()
            ? List.of(
                "-kernel", kernel, "-initrd", root.initrd().get().toString(), "-append", append)
            : List.of("-kernel", kernel, "-append", append);
      }
      case BootImage.Efi efi -> List.of("-kernel", efi.image().toString());
      case BootImage.Iso _, BootImage.Disk _ -> List.of();
    };
  }
}
