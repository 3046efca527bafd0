package linuxkit.boot;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import linuxkit.base.Progress;
import linuxkit.base.SparseImage;
import linuxkit.base.WorkCache;
import linuxkit.boot.initrd.Initrd;
import linuxkit.boot.initrd.InitrdBuilder;
import linuxkit.boot.loader.BootParts;
import linuxkit.boot.root.RootFileSystem;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.system.assembly.SystemTree;
import linuxkit.yaml.Position;
import org.jspecify.annotations.Nullable;

/** What one system is in each format; what several of them share is made once. */
final class Artefacts {
  // What the kernel keeps of it on amd64 and arm64, its end included.
  private static final int COMMAND_LINE_SIZE = 2048;

  private final SystemTree system;
  private final String name;
  private final OutputOptions options;
  private final WorkCache cache;
  private final InitrdBuilder builder;
  private final Progress progress;
  private final TarArtefacts tars;
  private final Loaders loaders;
  private @Nullable RootArtefacts roots;
  private @Nullable DiskArtefacts disks;
  private boolean commandLineChecked;

  Artefacts(
      SystemTree system,
      String name,
      OutputOptions options,
      WorkCache cache,
      InitrdBuilder builder,
      Progress progress) {
    this.system = system;
    this.name = name;
    this.options = options;
    this.cache = cache;
    this.builder = builder;
    this.progress = progress;
    this.tars = new TarArtefacts(system, system.modified());
    this.loaders = new Loaders(options);
  }

  /** Sees that a system can be written in a format, before anything is. */
  void check(Format format) {
    if (!format.isStreamed()) {
      kernel(format);
      checkRoot(format);
      if (format.hasInitrd()) {
        builder.check(system);
      }
      if (!commandLineChecked) {
        checkCommandLine();
        commandLineChecked = true;
      }
    }
  }

  /** The artefacts by what is put after the system's name, in order. */
  SequencedMap<String, Body> of(Format format) {
    SequencedMap<String, Body> made = new LinkedHashMap<>();
    List<Body> bodies = bodies(format);
    for (int i = 0; i < bodies.size(); i++) {
      String suffix = format.suffixes().get(i);
      made.put(
          format.isRaw() ? suffix + options.disks().compression().suffix() : suffix, bodies.get(i));
    }
    return made;
  }

  /** Of a format that is one stream. */
  Body.Stream streamed(Format format) {
    boolean docker = format == Format.DOCKER;
    if (docker) {
      progress.info("  Adding Dockerfile");
    }
    return out -> tars.system(docker, out);
  }

  private List<Body> bodies(Format format) {
    return switch (format) {
      case TAR, DOCKER -> List.of(streamed(format));
      case KERNEL_INITRD -> List.of(body(kernel(format)), body(wholeInitrd()), body(cmdline()));
      case TAR_KERNEL_INITRD -> {
        Initrd made = builder.build(system);
        yield List.of(stream(out -> tars.kernelAndInitrd(kernel(format), made, cmdline(), out)));
      }
      case KERNEL_SQUASHFS ->
          rooted(format, RootFileSystem.SQUASHFS, stream(roots(format).squashfs()::writeTo));
      case KERNEL_EROFS -> rooted(format, RootFileSystem.EROFS, roots(format).erofs());
      case KERNEL_ISO -> rooted(format, RootFileSystem.ISO9660, body(roots(format).iso()));
      case ISO -> List.of(body(roots(format).bootableIso(hasBios(), true)));
      case ISO_BIOS -> List.of(body(roots(format).bootableIso(true, false)));
      case ISO_EFI -> List.of(body(roots(format).bootableIso(false, true)));
      case ISO_EFI_INITRD -> List.of(body(roots(format).efiInitrdIso(parts(format))));
      case UKI -> List.of(body(loaders.efi().unifiedKernelImage(parts(format))));
      case RAW,
          RAW_BIOS,
          RAW_EFI,
          QCOW2_BIOS,
          QCOW2_EFI,
          AWS,
          GCP,
          VHD,
          DYNAMIC_VHD,
          VHDX,
          VMDK,
          OVA ->
          List.of(disks(format).body(format));
      case RPI3 -> {
        FileTree card =
            loaders.raspberryPi().card(parts(format), system.files(), system.modified());
        yield List.of(stream(out -> TarArtefacts.tree(card, out)));
      }
    };
  }

  private static Body body(Content content) {
    return new Body.Whole(content);
  }

  private static Body stream(Body.Stream stream) {
    return stream;
  }

  private static Body body(SparseImage image) {
    return (Body.File) image::writeTo;
  }

  /** A kernel, a root, a command line, and a first stage where the kernel needs it. */
  private List<Body> rooted(Format format, RootFileSystem type, Body root) {
    List<Body> bodies = new ArrayList<>(List.of(body(kernel(format)), root, body(cmdline())));
    roots(format).firstStage(type).ifPresent(initrd -> bodies.add(body(initrd)));
    return bodies;
  }

  private RootArtefacts roots(Format format) {
    RootArtefacts made = roots;
    if (made == null) {
      made =
          new RootArtefacts(
              system,
              kernel(format),
              options,
              loaders,
              cache,
              builder,
              progress,
              system.modified());
      roots = made;
    }
    return made;
  }

  private boolean hasBios() {
    return Format.hasBios(options.platform());
  }

  private DiskArtefacts disks(Format format) {
    DiskArtefacts made = disks;
    if (made == null) {
      made =
          new DiskArtefacts(
              new Disks(parts(format), loaders, system.modified()),
              options.disks(),
              name,
              hasBios(),
              system.modified());
      disks = made;
    }
    return made;
  }

  private BootParts parts(Format format) {
    return new BootParts(
        kernel(format), Optional.of(wholeInitrd()), system.cmdline(), KernelRelease.of(system));
  }

  private Initrd wholeInitrd() {
    Initrd made = builder.build(system);
    return system.microcode().map(made::withMicrocode).orElse(made);
  }

  private Content kernel(Format format) {
    return system
        .kernel()
        .orElseThrow(
            () ->
                new OutputFailure(
                    "the format " + format.label() + " needs a kernel, and the system has none",
                    "",
                    "add a kernel section to the manifest, or use -f tar"));
  }

  private Content cmdline() {
    return Content.of(system.cmdline().getBytes(StandardCharsets.UTF_8));
  }

  private void checkRoot(Format format) {
    options
        .roots()
        .kernelOption(format)
        .filter(o -> system.kernelConfig().filter(config -> !config.isBuiltIn(o)).isPresent())
        .ifPresent(
            option -> {
              throw new OutputFailure(
                  "the kernel cannot read the root of "
                      + format.label()
                      + ": it is built without CONFIG_"
                      + option,
                  system.kernelSource(),
                  "try another --squashfs-compression or --erofs-compression, or another kernel");
            });
  }

  private void checkCommandLine() {
    String cmdline = system.cmdline();
    if (cmdline.chars().anyMatch(c -> c == '\n' || c == '\r' || c == '\0')) {
      throw new OutputFailure(
          "the kernel command line has a line break or a NUL in it",
          system.cmdlinePosition().map(Position::toString).orElse(""),
          "write it on one line; in YAML, >- instead of > leaves out the last line break");
    }
    long length = cmdline().size();
    if (length >= COMMAND_LINE_SIZE) {
      progress.warn(
          "the kernel command line has "
              + length
              + " bytes: most kernels cut it off after "
              + (COMMAND_LINE_SIZE - 1));
    }
  }
}
