package linuxkit.boot.bios;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import linuxkit.base.SparseImage;
import linuxkit.boot.loader.BootFiles;
import linuxkit.boot.loader.BootParts;
import linuxkit.boot.loader.LoaderFailure;
import linuxkit.boot.loader.LoaderFiles;
import linuxkit.disk.partition.BootCode;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.fat.FatImage;
import linuxkit.filesystem.fat.FatOptions;
import linuxkit.filesystem.fat.FatType;
import linuxkit.system.manifest.BootComponent;

/**
 * Makes FAT and ISO 9660 volumes that boot Syslinux under a BIOS, and the boot code for their
 * disks.
 */
public final class BiosBoot {
  /** The path of the program that the BIOS starts on an ISO 9660 volume. */
  public static final String ISOLINUX = "isolinux/isolinux.bin";

  private static final String CORE = "ldlinux.sys";
  // Where the boot code of a hybrid disc stores the first sector of isolinux.bin.
  private static final int HYBRID_SECTOR = 432;
  private static final int SECTOR = 512;

  /** A bootable volume. */
  public record Volume(SparseImage image, FatType type) {}

  private final LoaderFiles files;
  private final SyslinuxProgram program;

  public BiosBoot(BootFiles from) {
    this.files = new LoaderFiles(from, BootComponent.BIOS);
    this.program = SyslinuxProgram.of(files.read("usr/bin/syslinux"), "/usr/bin/syslinux");
  }

  /** Returns boot code for an MBR disk: it starts the active partition. */
  public byte[] masterBootCode() {
    return code("usr/lib/syslinux/mbr/mbr.bin");
  }

  /** Returns boot code for a GPT disk: it starts the partition marked as bootable. */
  public byte[] gptBootCode() {
    return code("usr/lib/syslinux/mbr/gptmbr.bin");
  }

  private byte[] code(String path) {
    byte[] code = files.read(path);
    if (code.length > BootCode.MAX_LENGTH) {
      throw new LoaderFailure(
          "the boot code is " + code.length + " bytes long; a boot sector has room for 440",
          "/" + path,
          "");
    }
    return code;
  }

  /**
   * Returns boot code for a disk that holds an ISO 9660 volume: it starts isolinux.bin.
   *
   * @param sector the first of isolinux.bin, in sectors of 512 bytes
   */
  public byte[] hybridCode(long sector) {
    byte[] code = Arrays.copyOf(files.read("usr/lib/ISOLINUX/isohdpfx.bin"), HYBRID_SECTOR + 8);
    ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).putLong(HYBRID_SECTOR, sector);
    return code;
  }

  /**
   * Adds the loader to the tree of an ISO 9660 volume.
   *
   * @param configuration see {@link #configuration}
   * @param time of all files, in seconds since 1970
   */
  public void putIsolinux(FileTree tree, String configuration, long time) {
    tree.put("isolinux", new Node.Directory(Metadata.of(0755, 0, 0, time)), Origin.NONE);
    put(tree, ISOLINUX, files.find("usr/lib/ISOLINUX/isolinux.bin"), time);
    String library = "usr/lib/syslinux/modules/bios/ldlinux.c32";
    put(tree, "isolinux/ldlinux.c32", files.find(library), time);
    put(
        tree,
        "isolinux/isolinux.cfg",
        Content.of(configuration.getBytes(StandardCharsets.UTF_8)),
        time);
  }

  /**
   * Returns a partition's files: {@code /kernel}, {@code /initrd.img} and {@code /syslinux.cfg}.
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

  /** Adds {@code /syslinux.cfg} to a tree that already has the kernel and the initrd. */
  public static void putConfiguration(FileTree tree, BootParts parts, long time) {
    String text = configuration("/kernel", "/initrd.img", parts);
    put(tree, "syslinux.cfg", Content.of(text.getBytes(StandardCharsets.UTF_8)), time);
  }

  /** Returns the configuration with which Syslinux starts a system without a prompt. */
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
   * Makes a volume of a partition's files and the loader.
   *
   * @param tree gets the loader's own files
   * @throws linuxkit.filesystem.fat.FatFailure if the files do not fit
   */
  public Volume volume(FileTree tree, FatOptions options, long time) {
    put(tree, "ldlinux.c32", Content.of(program.library()), time);
    put(tree, CORE, Content.of(new byte[SyslinuxCore.size(program)]), time);
    // The place of a file does not depend on its content.
    FatImage planned = FatImage.of(tree, options);
    long offset = planned.extent(CORE).orElseThrow().offset();
    SyslinuxCore installed = SyslinuxCore.install(program, offset / SECTOR);
    put(tree, CORE, Content.of(installed.file()), time);
    return new Volume(FatImage.of(tree, options).image(installed.bootSector()), planned.type());
  }

  private static void put(FileTree tree, String path, Content content, long time) {
    tree.put(path, new Node.RegularFile(Metadata.of(0644, 0, 0, time), content), Origin.NONE);
  }
}
