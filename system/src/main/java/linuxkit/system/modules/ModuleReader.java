package linuxkit.system.modules;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import linuxkit.filesystem.Content;
import org.tukaani.xz.XZInputStream;

/** Reads modules from their files: plain, gzip, xz. */
final class ModuleReader {
  // The largest modules of distributions are some 30 MB.
  private static final int MAX_MODULE = 128 << 20;
  private static final int MAX_XZ_MEMORY_KIB = 128 << 10;

  private ModuleReader() {}

  static KernelModule read(String versionDirectory, String path, Content content) {
    String where = versionDirectory + "/" + path;
    byte[] elf;
    try (InputStream file = content.open();
        InputStream in = decompress(path, file, where)) {
      elf = in.readNBytes(MAX_MODULE + 1);
    } catch (IOException e) {
      throw new ModuleFailure(
          "cannot read the kernel module: "
              + (e instanceof EOFException ? "it is truncated" : e.getMessage()),
          where,
          "pull the kernel image again: it is damaged",
          e);
    }
    if (elf.length > MAX_MODULE) {
      throw new ModuleFailure(
          "the kernel module is larger than " + (MAX_MODULE >> 20) + " MiB", where, "");
    }
    return ModuleInfo.parse(KernelModule.nameOf(path), path, elf, where);
  }

  private static InputStream decompress(String path, InputStream in, String where)
      throws IOException {
    if (path.endsWith(".xz")) {
      return new XZInputStream(in, MAX_XZ_MEMORY_KIB);
    } else if (path.endsWith(".gz")) {
      return new GZIPInputStream(in, 1 << 16);
    } else if (path.endsWith(".zst")) {
      throw new ModuleFailure(
          "kernel modules compressed with zstd cannot be read",
          where,
          "use a kernel whose modules are plain, gzip or xz, or whose modules.dep is complete");
    }
    return in;
  }
}
