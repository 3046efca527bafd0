package linuxkit.boot;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import linuxkit.base.Lazy;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.Format.KernelAnd.Root;
import linuxkit.boot.initrd.Initrd;
import linuxkit.boot.initrd.InitrdBuilder;
import linuxkit.boot.loader.BootParts;
import linuxkit.boot.output.ArtefactContent;
import linuxkit.boot.root.RootFileSystem;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.system.assembly.SystemTree;
import linuxkit.yaml.Position;

/** Makes one system's artefacts of each format. What several of them share is made once. */
final class Artefacts {
  // The kernel's limit on amd64 and arm64, including the terminator.
  private static final int COMMAND_LINE_SIZE = 2048;

  private final SystemTree system;
  private final OutputOptions options;
  private final InitrdBuilder builder;
  private final Progress progress;
  private final BootLoaders loaders;
  private final Lazy<BootParts> parts = new Lazy<>(this::makeParts);
  private final TarArtefacts tars;
  private final RootArtefacts roots;
  private final DiskArtefacts disks;

  Artefacts(
      SystemTree system,
      String name,
      OutputOptions options,
      WorkCache cache,
      InitrdBuilder builder,
      Progress progress) {
    long time = system.modified();
    this.system = system;
    this.options = options;
    this.builder = builder;
    this.progress = progress;
    this.loaders = new BootLoaders(options);
    this.tars = new TarArtefacts(system, time);
    this.roots = new RootArtefacts(system, options, loaders, cache, builder, progress);
    this.disks = new DiskArtefacts(new Disks(parts, loaders, List.of(), time), options, name, time);
  }

  /** Checks that the system can be written in all of these formats, before anything is written. */
  void check(Collection<Format> formats) {
    boolean bootable = false;
    for (Format format : formats) {
      if (!format.isStreamed()) {
        bootable = true;
        if (format.needsKernel()) {
          checkKernel(format);
        }
        if (format instanceof Format.KernelAnd files) {
          checkRoot(files);
        }
        if (format.hasRoot(Root.PLAIN_INITRD)) {
          builder.uncompressed().check(system);
        } else if (format.isUnpackedWhole()) {
          builder.check(system);
        }
      }
    }
    if (bootable) {
      checkCommandLine();
      DeclaredDevices devices = new DeclaredDevices(system);
      formats.forEach(each -> devices.missing(each, options.disks()).forEach(progress::warn));
    }
  }

  /**
   * Returns the artefacts of a format that passed {@link #check}, in order, by their suffixes after
   * the system's name.
   */
  SequencedMap<String, ArtefactContent> of(Format format) {
    SequencedMap<String, ArtefactContent> made = new LinkedHashMap<>();
    if (format instanceof Format.KernelAnd files && system.kernel().isEmpty()) {
      made.put(files.rootSuffix(), ArtefactContent.of(wholeInitrd(files.root())));
      return made;
    }
    List<ArtefactContent> contents = contents(format);
    for (int i = 0; i < contents.size(); i++) {
      made.put(format.suffixes(options.disks().compression()).get(i), contents.get(i));
    }
    return made;
  }

  // No switch over the types: the JVM would generate a class for it in every process.
  private List<ArtefactContent> contents(Format format) {
    if (format instanceof Format.KernelAnd files) {
      return kernelAnd(files.root());
    }
    return List.of(format instanceof Format.Archive archive ? archive(archive) : single(format));
  }

  private ArtefactContent single(Format format) {
    return switch (format) {
      case Format.Archive archive -> archive(archive);
      case Format.KernelAnd _ -> throw new IllegalArgumentException("several artefacts");
      case Format.Disc disc -> disc(disc);
      case Format.UnifiedKernel _ ->
          ArtefactContent.of(loaders.efi().unifiedKernelImage(parts.get()));
      case Format.Disk disk -> disks.of(disk);
      case Format.Card _ -> {
        FileTree card = loaders.raspberryPi().card(parts.get(), system.files(), system.modified());
        yield stream(out -> TarArtefacts.tree(card, out));
      }
    };
  }

  /** Returns the bytes of an archive. */
  ArtefactContent.Stream archive(Format.Archive archive) {
    return switch (archive.members()) {
      case SYSTEM -> out -> tars.system(false, out);
      case DOCKER -> {
        progress.info("  Adding Dockerfile");
        yield out -> tars.system(true, out);
      }
      case KERNEL_INITRD -> {
        Initrd initrd = builder.build(system);
        yield out -> tars.kernelAndInitrd(system.kernel(), initrd, cmdline(), out);
      }
    };
  }

  private List<ArtefactContent> kernelAnd(Root root) {
    return switch (root) {
      case INITRD, PLAIN_INITRD ->
          List.of(
              ArtefactContent.of(kernel()),
              ArtefactContent.of(wholeInitrd(root)),
              ArtefactContent.of(cmdline()));
      case SQUASHFS -> kernelAnd(RootFileSystem.SQUASHFS, stream(roots.squashfs()::writeTo));
      case EROFS -> kernelAnd(RootFileSystem.EROFS, roots.erofs());
      case ISO9660 -> kernelAnd(RootFileSystem.ISO9660, ArtefactContent.of(roots.iso()));
    };
  }

  /** Lists kernel, root and command line, and a first stage if the kernel needs one. */
  private List<ArtefactContent> kernelAnd(RootFileSystem type, ArtefactContent root) {
    List<ArtefactContent> contents = new ArrayList<>();
    contents.add(ArtefactContent.of(kernel()));
    contents.add(root);
    contents.add(ArtefactContent.of(cmdline()));
    roots.firstStage(type).map(ArtefactContent::of).ifPresent(contents::add);
    return contents;
  }

  private ArtefactContent disc(Format.Disc disc) {
    return ArtefactContent.of(
        switch (disc.contents()) {
          case SYSTEM -> roots.bootableIso(disc.firmware().on(options.platform()));
          case UNIFIED_KERNEL -> roots.efiInitrdIso(parts.get());
        });
  }

  private static ArtefactContent stream(ArtefactContent.Stream stream) {
    return stream;
  }

  private BootParts makeParts() {
    return new BootParts(
        kernel(),
        Optional.of(wholeInitrd(Root.INITRD)),
        system.cmdline(),
        KernelRelease.of(system));
  }

  private Initrd wholeInitrd(Root root) {
    Initrd made = (root == Root.PLAIN_INITRD ? builder.uncompressed() : builder).build(system);
    return system.microcode().map(made::withMicrocode).orElse(made);
  }

  private Content kernel() {
    return system.kernel().orElseThrow();
  }

  private Content cmdline() {
    return Content.of(system.cmdline().getBytes(StandardCharsets.UTF_8));
  }

  private void checkKernel(Format format) {
    if (system.kernel().isEmpty()) {
      throw new OutputFailure(
          "the format " + format.label() + " needs a kernel, and the system has none",
          "",
          "add a kernel section to the manifest, or use -f tar");
    }
  }

  private void checkRoot(Format.KernelAnd format) {
    options
        .roots()
        .kernelOption(format.root())
        .filter(o -> system.kernelConfig().filter(config -> !config.isBuiltIn(o)).isPresent())
        .ifPresent(
            option -> {
              throw new OutputFailure(
                  "the kernel cannot read the root of "
                      + format.label()
                      + ": it was built without CONFIG_"
                      + option,
                  system.kernelSource(),
                  "try another --squashfs-compression or --erofs-compression, or another kernel");
            });
  }

  private void checkCommandLine() {
    String cmdline = system.cmdline();
    if (cmdline.chars().anyMatch(c -> c == '\n' || c == '\r' || c == '\0')) {
      throw new OutputFailure(
          "the kernel command line contains a line break or a NUL",
          system.cmdlinePosition().map(Position::toString).orElse(""),
          "write it on one line; in YAML, >- instead of > leaves out the last line break");
    }
    long length = cmdline().size();
    if (length >= COMMAND_LINE_SIZE) {
      progress.warn(
          "the kernel command line is "
              + length
              + " bytes: most kernels cut it off after "
              + (COMMAND_LINE_SIZE - 1));
    }
  }
}
