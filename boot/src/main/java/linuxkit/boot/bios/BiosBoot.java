package linuxkit.boot.bios;

import java.nio.charset.StandardCharsets;
import linuxkit.base.SparseImage;
import linuxkit.boot.loader.BootFiles;
import linuxkit.boot.loader.BootParts;
import linuxkit.boot.loader.LoaderFiles;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.fat.FatImage;
import linuxkit.filesystem.fat.FatOptions;
import linuxkit.system.BootComponent;

/** Syslinux on a FAT volume, and the code for the sector before all partitions. */
public final class BiosBoot {
  private static final String CORE = "ldlinux.sys";
  private static final int SECTOR = 512;

  private final LoaderFiles files;
  private final SyslinuxProgram program;

  public BiosBoot(BootFiles from) {
    this.files = new LoaderFiles(from, BootComponent.BIOS);
    this.program = SyslinuxProgram.of(files.read("usr/bin/syslinux"), "/usr/bin/syslinux");
  }

  /** For a disk with a partition table of the boot sector: starts the active partition. */
  public byte[] masterBootCode() {
    return files.read("usr/lib/syslinux/mbr/mbr.bin");
  }

  /** For a disk with a GUID partition table: starts the partition marked for a BIOS. */
  public byte[] gptBootCode() {
    return files.read("usr/lib/syslinux/mbr/gptmbr.bin");
  }

  /**
   * A partition's files: {@code /kernel}, {@code /initrd.img} and {@code /syslinux.cfg}.
   *
   * @param time of all files, in seconds since 1970
   */
  public static FileTree partition(BootParts parts, long time) {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, time));
    put(tree, "kernel", parts.kernel(), time);
    parts.initrd().ifPresent(initrd -> put(tree, "initrd.img", initrd, time));
    putConfiguration(tree, parts, time);
    return tree;
  }

  /** Adds {@code /syslinux.cfg} to a tree that has the kernel and the initrd already. */
  public static void putConfiguration(FileTree tree, BootParts parts, long time) {
    String text = configuration("/kernel", "/initrd.img", parts);
    put(tree, "syslinux.cfg", Content.of(text.getBytes(StandardCharsets.UTF_8)), time);
  }

  /** What Syslinux reads to start a system without asking. */
  public static String configuration(String kernel, String initrd, BootParts parts) {
    return "DEFAULT linux\nLABEL linux\n    KERNEL "
        + kernel
        + "\n"
        + (parts.initrd().isPresent() ? "    INITRD " + initrd + "\n" : "")
        + "    APPEND "
        + parts.cmdline()
        + "\n";
  }

  /**
   * A volume with a partition's files and the loader, which starts when the volume's first sector
   * does.
   *
   * @param tree the loader's own files are added to it
   * @throws linuxkit.filesystem.fat.FatFailure when the files do not fit
   */
  public SparseImage volume(FileTree tree, FatOptions options, long time) {
    put(tree, "ldlinux.c32", Content.of(program.library()), time);
    put(tree, CORE, Content.of(new byte[SyslinuxCore.size(program)]), time);
    // Where a file lies does not depend on what is in it.
    FatImage planned = FatImage.of(tree, options);
    long offset = planned.extent(CORE).orElseThrow().offset();
    SyslinuxCore installed = SyslinuxCore.install(program, offset / SECTOR);
    put(tree, CORE, Content.of(installed.file()), time);
    return FatImage.of(tree, options).image(installed.bootSector());
  }

  private static void put(FileTree tree, String path, Content content, long time) {
    tree.put(path, new Node.RegularFile(Metadata.of(0644, 0, 0, time), content), Origin.NONE);
  }
}
