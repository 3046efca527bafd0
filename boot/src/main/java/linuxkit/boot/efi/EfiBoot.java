package linuxkit.boot.efi;

import java.nio.charset.StandardCharsets;
import linuxkit.boot.loader.BootFiles;
import linuxkit.boot.loader.BootParts;
import linuxkit.boot.loader.LoaderFiles;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.system.kernel.KernelDecompressor;
import linuxkit.system.manifest.BootComponent;

/** Makes what UEFI firmware boots. */
public final class EfiBoot {
  private static final String FOLDER = "usr/lib/systemd/boot/efi/";

  private final EfiArchitecture architecture;
  private final LoaderFiles files;

  public EfiBoot(EfiArchitecture architecture, BootFiles from) {
    this.architecture = architecture;
    this.files = new LoaderFiles(from, BootComponent.UEFI);
  }

  /**
   * Combines kernel, initrd and command line into one EFI program.
   *
   * @throws linuxkit.base.Failure if the kernel is not an EFI program, or the stub is unusable
   */
  public Content unifiedKernelImage(BootParts parts) {
    String stub = FOLDER + "linux" + architecture.suffix() + ".efi.stub";
    return UnifiedKernelImage.of(
        files.read(stub),
        "/" + stub,
        architecture,
        KernelDecompressor.withoutGzip(parts.kernel(), "the kernel"),
        parts.initrd(),
        parts.cmdline(),
        parts.release());
  }

  /**
   * Returns a partition's files: only the unified kernel image, at the path that firmware starts.
   *
   * @param time of all files, in seconds since 1970
   */
  public FileTree partition(Content unifiedKernelImage, long time) {
    FileTree tree = directories(time);
    put(tree, architecture.removablePath(), unifiedKernelImage, time);
    return tree;
  }

  /**
   * Returns a partition's files with separate kernel and initrd, which other loaders can start too:
   * {@code /kernel} and {@code /initrd.img}. systemd-boot starts them without a menu.
   *
   * @param time of all files, in seconds since 1970
   */
  public FileTree partitionOfFiles(BootParts parts, long time) {
    FileTree tree = directories(time);
    directory(tree, "loader", time);
    directory(tree, "loader/entries", time);
    String loader = FOLDER + "systemd-boot" + architecture.suffix() + ".efi";
    put(tree, architecture.removablePath(), files.find(loader), time);
    put(tree, "loader/loader.conf", text("timeout 0\n"), time);
    put(tree, "kernel", parts.kernel(), time);
    String entry = "title LinuxKit\nlinux /kernel\n";
    if (parts.initrd().isPresent()) {
      put(tree, "initrd.img", parts.initrd().get(), time);
      entry += "initrd /initrd.img\n";
    }
    put(
        tree,
        "loader/entries/linuxkit.conf",
        text(entry + "options " + parts.cmdline() + "\n"),
        time);
    return tree;
  }

  private static FileTree directories(long time) {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, time));
    directory(tree, "EFI", time);
    directory(tree, "EFI/BOOT", time);
    return tree;
  }

  private static void directory(FileTree tree, String path, long time) {
    tree.put(path, new Node.Directory(Metadata.of(0755, 0, 0, time)), Origin.NONE);
  }

  private static void put(FileTree tree, String path, Content content, long time) {
    tree.put(path, new Node.RegularFile(Metadata.of(0755, 0, 0, time), content), Origin.NONE);
  }

  private static Content text(String text) {
    return Content.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
