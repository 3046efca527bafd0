package linuxkit.boot;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.base.SparseImage;
import linuxkit.base.cache.WorkCache;
import linuxkit.base.io.RandomAccessOutput;
import linuxkit.boot.bios.BiosBoot;
import linuxkit.boot.initrd.Initrd;
import linuxkit.boot.initrd.InitrdBuilder;
import linuxkit.boot.iso.BootableIso;
import linuxkit.boot.loader.BootParts;
import linuxkit.boot.output.ArtefactContent;
import linuxkit.boot.root.CachedSquashfs;
import linuxkit.boot.root.FirstStage;
import linuxkit.boot.root.RootFileSystem;
import linuxkit.boot.root.RootTree;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.erofs.ErofsOptions;
import linuxkit.filesystem.erofs.ErofsWriter;
import linuxkit.filesystem.fat.FatImage;
import linuxkit.filesystem.fat.FatOptions;
import linuxkit.filesystem.iso9660.Iso9660Image;
import linuxkit.filesystem.iso9660.IsoOptions;
import linuxkit.filesystem.squashfs.SquashfsOptions;
import linuxkit.system.assembly.SystemTree;

/** Makes root file systems, their first stages, and discs. */
final class RootArtefacts {
  private static final int DISC_SECTOR = 2048;

  private final SystemTree system;
  private final OutputOptions options;
  private final BootLoaders loaders;
  private final WorkCache cache;
  private final InitrdBuilder builder;
  private final Progress progress;
  private final long time;
  private final Map<RootFileSystem, Optional<Content>> firstStages =
      new EnumMap<>(RootFileSystem.class);
  // Set by the first disc, so that the others do not warn again.
  private boolean warned;

  RootArtefacts(
      SystemTree system,
      OutputOptions options,
      BootLoaders loaders,
      WorkCache cache,
      InitrdBuilder builder,
      Progress progress) {
    this.system = system;
    this.options = options;
    this.loaders = loaders;
    this.cache = cache;
    this.builder = builder;
    this.progress = progress;
    this.time = system.modified();
  }

  /** Returns a squashfs, which is cached. */
  CachedSquashfs squashfs() {
    SquashfsOptions squashfs =
        SquashfsOptions.of(options.roots().squashfs(), Math.clamp(time, 0, 0xffff_ffffL));
    return CachedSquashfs.of(RootTree.of(system.files()), cache, squashfs);
  }

  /** Returns an EROFS. */
  ArtefactContent.File erofs() {
    ErofsOptions erofs = new ErofsOptions(options.roots().erofs(), BootableIso.LABEL, time);
    // Created now, which prepares it while other artefacts are made.
    ErofsWriter writer = new ErofsWriter(erofs);
    // Not cached: that would write and hash all of it once more.
    return file -> writer.write(RootTree.of(system.files()), RandomAccessOutput.to(file));
  }

  /** Returns an ISO 9660 volume without a boot loader. */
  SparseImage iso() {
    Iso9660Image image =
        Iso9660Image.of(RootTree.of(system.files()), IsoOptions.of(BootableIso.LABEL, time));
    warnOfAttributes(image.withoutXattrs());
    return image.image();
  }

  /** Returns the initrd, with the microcode, that mounts a root; empty if the kernel needs none. */
  Optional<Content> firstStage(RootFileSystem type) {
    return firstStages.computeIfAbsent(type, this::makeFirstStage);
  }

  private Optional<Content> makeFirstStage(RootFileSystem type) {
    Optional<Initrd> initrd =
        FirstStage.of(system.files(), type, options.bootFiles(), time, cache)
            .map(
                files -> {
                  builder.checkKernel(system);
                  return builder.build(files);
                });
    return initrd.map(made -> system.microcode().map(made::withMicrocode).orElse(made));
  }

  /** Returns a disc that is the root file system and boots under a firmware, or under both. */
  SparseImage bootableIso(Firmware firmware) {
    Content kernel = system.kernel().orElseThrow();
    Optional<Content> initrd = firstStage(RootFileSystem.ISO9660);
    BootParts parts = new BootParts(kernel, initrd, commandLine(initrd), KernelRelease.of(system));
    FileTree tree = RootTree.of(system.files());
    put(tree, "boot/kernel", kernel);
    initrd.ifPresent(content -> put(tree, "boot/initrd.img", content));
    Optional<BiosBoot> loader =
        firmware == Firmware.UEFI ? Optional.empty() : Optional.of(loaders.bios());
    loader.ifPresent(
        isolinux ->
            isolinux.putIsolinux(
                tree, BiosBoot.configuration("/boot/kernel", "/boot/initrd.img", parts), time));
    Optional<SparseImage> partition =
        firmware == Firmware.BIOS ? Optional.empty() : Optional.of(systemPartition(parts));
    BootableIso disc = BootableIso.of(tree, loader, partition, time);
    warnOfAttributes(disc.withoutXattrs());
    return disc.image();
  }

  /** Returns a disc that holds only a unified kernel image. */
  SparseImage efiInitrdIso(BootParts parts) {
    FileTree empty = new FileTree(Metadata.of(0755, 0, 0, time));
    return BootableIso.of(empty, Optional.empty(), Optional.of(systemPartition(parts)), time)
        .image();
  }

  private SparseImage systemPartition(BootParts parts) {
    Content image = loaders.efi().unifiedKernelImage(parts);
    FatOptions fat = FatOptions.smallest(0, DISC_SECTOR).withLabel("LINUXKIT", time);
    return FatImage.of(loaders.efi().partition(image, time), fat).image();
  }

  // Without a first stage, the kernel finds the root by the name of its drive, as in LinuxKit.
  private String commandLine(Optional<Content> initrd) {
    String cmdline = system.cmdline();
    if (List.of(cmdline.split(" ", -1)).stream().anyMatch(word -> word.startsWith("root="))) {
      return cmdline;
    }
    String alone = options.platform().architecture().equals("amd64") ? "/dev/sr0" : "/dev/vda";
    String root = initrd.isPresent() ? "LABEL=" + BootableIso.LABEL : alone;
    return (cmdline + " root=" + root).strip();
  }

  private void put(FileTree tree, String path, Content content) {
    tree.put(path, new Node.RegularFile(Metadata.of(0644, 0, 0, time), content), Origin.NONE);
  }

  private void warnOfAttributes(List<String> paths) {
    if (!paths.isEmpty() && !warned) {
      warned = true;
      progress.warn(
          "an ISO 9660 volume cannot carry extended attributes: those of "
              + paths.size()
              + (paths.size() == 1 ? " file" : " files")
              + " are left out, for example those of "
              + paths.getFirst());
    }
  }
}
