package linuxkit.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.Sha256;

/** Runs tools of the host, and examines what they write. */
public final class InitrdTools {
  private InitrdTools() {}

  /** Returns the output of a command for an input; it must succeed. */
  public static byte[] run(Path directory, byte[] input, String... command)
      throws IOException, InterruptedException {
    Path in = Files.createTempFile("linuxkit-test", ".in");
    Path error = Files.createTempFile("linuxkit-test", ".err");
    try {
      Files.write(in, input);
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(in.toFile())
              .redirectError(error.toFile())
              .start();
      byte[] output = process.getInputStream().readAllBytes();
      assertThat(process.waitFor()).as(Files.readString(error)).isZero();
      return output;
    } finally {
      Files.delete(in);
      Files.delete(error);
    }
  }

  /** Decompresses the archives of an initrd, which have zeros between them. */
  public static byte[] decompressed(byte[] initrd) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < initrd.length; ) {
      if (initrd[at] == 0) {
        at++;
      } else {
        int size = (int) Zstd.findFrameCompressedSize(initrd, at);
        try (var in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(initrd, at, size))) {
          in.transferTo(out);
        } catch (IOException e) {
          throw new AssertionError(e);
        }
        at += size;
      }
    }
    return out.toByteArray();
  }

  /** Lists each file below a directory with its type, mode and hash. */
  public static SortedMap<String, String> list(Path root) throws IOException {
    SortedMap<String, String> lines = new TreeMap<>();
    try (var paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.naturalOrder()).toList()) {
        if (!path.equals(root)) {
          int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
          String what =
              Files.isSymbolicLink(path)
                  ? "-> " + Files.readSymbolicLink(path)
                  : Files.isDirectory(path)
                      ? Integer.toOctalString(mode)
                      : Integer.toOctalString(mode) + " " + hash(Files.readAllBytes(path));
          lines.put(root.relativize(path).toString(), what);
        }
      }
    }
    return lines;
  }

  /** Returns what {@link #list} should return for a tree. */
  public static String hash(byte[] bytes) {
    return Sha256.hex(bytes);
  }
}
