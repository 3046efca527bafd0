package linuxkit.boot.initrd;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import linuxkit.base.cache.WorkCache;
import linuxkit.base.io.RandomAccessOutput;
import linuxkit.boot.loader.BootFiles;
import linuxkit.boot.root.FirstStage;
import linuxkit.boot.root.RootTree;
import linuxkit.filesystem.CachedContent;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.TreeDigest;
import linuxkit.filesystem.erofs.ErofsOptions;
import linuxkit.filesystem.erofs.ErofsWriter;
import linuxkit.system.assembly.SystemTree;

/**
 * A root file system that stays a compressed image in memory: an initrd of a first stage and an
 * EROFS, which the first stage mounts.
 */
final class ImageRoot {
  private static final String KIND = "root-image-1";
  private static final String KERNEL_OPTION = "EROFS_FS_ZIP_ZSTD";

  private ImageRoot() {}

  /**
   * Checks that the kernel can read the image, as far as its configuration is known.
   *
   * @throws InitrdFailure if it cannot
   */
  static void check(SystemTree system) {
    if (system.kernelConfig().filter(config -> !config.isBuiltIn(KERNEL_OPTION)).isPresent()) {
      throw new InitrdFailure(
          "the kernel cannot read a compressed root: it was built without CONFIG_" + KERNEL_OPTION,
          system.kernelSource(),
          "use another kernel, or --initrd-compression zstd");
    }
  }

  /**
   * Makes the image, or takes it from the cache.
   *
   * @param level of Zstandard
   * @return the files of the initrd
   */
  static FileTree of(SystemTree system, int level, BootFiles programs, WorkCache cache) {
    FileTree files = SharedFiles.link(RootTree.of(system.files()));
    ErofsOptions options = ErofsOptions.dense(level, system.modified());
    String key = HexFormat.of().formatHex(TreeDigest.of(files, options.settings()));
    Content image = new CachedContent(cache.get(KIND, key, out -> write(files, options, out)));
    return FirstStage.withImage(system.files(), image, programs, system.modified(), cache);
  }

  // Its first block is known last.
  private static void write(FileTree files, ErofsOptions options, OutputStream out)
      throws IOException {
    Path scratch = Files.createTempFile("linuxkit-root", ".erofs");
    try (FileChannel file =
        FileChannel.open(
            scratch,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      new ErofsWriter(options).write(files, RandomAccessOutput.to(file));
      Channels.newInputStream(file.position(0)).transferTo(out);
    }
  }
}
