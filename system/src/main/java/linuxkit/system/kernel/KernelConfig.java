package linuxkit.system.kernel;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.system.SystemFailure;

/** The configuration with which a kernel was built: the lines of its {@code .config}. */
public final class KernelConfig {
  private static final String KIND = "kernel-config-1";

  /** The file that holds it in a kernel's image, as in those of Debian's kernels. */
  private static final String FILE = "kernel.config";

  private static final int LARGEST = 4 << 20;

  // Searched for each question, because a build asks for few of the thousands of options.
  private final String lines;

  private KernelConfig(String lines) {
    this.lines = lines;
  }

  /** Reads a {@code .config}, whose lines end in line feeds. */
  public static KernelConfig parse(String text) {
    return new KernelConfig("\n" + text + "\n");
  }

  /**
   * Finds the configuration beside the kernel or, if it was built with CONFIG_IKCONFIG, in it
   * (Linux, kernel/configs.c).
   *
   * @param image the files of the kernel's image
   * @param where the kernel, for messages
   * @return empty if it cannot be found
   * @throws SystemFailure if the kernel is too large to be searched
   */
  public static Optional<KernelConfig> of(
      FileTree image, Content kernel, WorkCache work, String where) throws IOException {
    Optional<Node> file = image.find(FILE).map(FileTree.Entry::node);
    if (file.isPresent() && file.get() instanceof Node.RegularFile config) {
      return Optional.of(parse(text(config.content().open())));
    }
    if (kernel.size() > KernelDecompressor.LARGEST_PACKED) {
      throw new SystemFailure(
          "the kernel is larger than " + (KernelDecompressor.LARGEST_PACKED >> 20) + " MiB",
          where,
          "use one without debugging information, or put its configuration beside it as " + FILE);
    }
    // Unpacking a kernel takes a while, so the result is kept.
    byte[] found = work.bytes(KIND, kernel.sha256(), out -> out.write(embedded(kernel)));
    return found.length == 0
        ? Optional.empty()
        : Optional.of(parse(new String(found, StandardCharsets.UTF_8)));
  }

  private static String text(InputStream in) throws IOException {
    try (in) {
      return new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8);
    }
  }

  private static byte[] embedded(Content kernel) throws IOException {
    byte[] bytes;
    try (InputStream in = kernel.open()) {
      bytes = in.readAllBytes();
    }
    Optional<byte[]> found = embedded(bytes);
    if (found.isEmpty()) {
      try {
        found = embedded(bytes(KernelDecompressor.decompress(kernel, "")));
      } catch (SystemFailure _) {
        // The configuration of a kernel that is packed in another way stays unknown.
      }
    }
    return found.orElse(new byte[0]);
  }

  private static byte[] bytes(Content content) throws IOException {
    try (InputStream in = content.open()) {
      return in.readAllBytes();
    }
  }

  private static Optional<byte[]> embedded(byte[] kernel) {
    byte[] start = "IKCFG_ST\037\213".getBytes(StandardCharsets.ISO_8859_1);
    for (int at = 0; at + start.length <= kernel.length; at++) {
      if (kernel[at] == 'I'
          && Arrays.equals(kernel, at, at + start.length, start, 0, start.length)) {
        int gzip = at + start.length - 2;
        try (InputStream in =
            new GZIPInputStream(new ByteArrayInputStream(kernel, gzip, kernel.length - gzip))) {
          return Optional.of(in.readNBytes(LARGEST));
        } catch (IOException _) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Returns whether an option is built in.
   *
   * @param option such as {@code RD_ZSTD}
   */
  public boolean isBuiltIn(String option) {
    return lines.contains("\nCONFIG_" + option + "=y\n");
  }

  /** Returns whether an option is a module. */
  public boolean isModule(String option) {
    return lines.contains("\nCONFIG_" + option + "=m\n");
  }
}
