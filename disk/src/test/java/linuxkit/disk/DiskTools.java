package linuxkit.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import linuxkit.base.SparseImage;

/** Programs that read what is written here. */
public final class DiskTools {
  private DiskTools() {}

  /** Returns the output of a program, which must succeed. */
  public static String run(String program, Object... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Stream.concat(Stream.of(program), Stream.of(arguments).map(Object::toString))
                    .toList())
            .redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    // An ordinary user's path may lack the programs of an administrator.
    builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** Writes a raw disk. */
  public static Path raw(SparseImage disk, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      disk.writeTo(channel);
    }
    return file;
  }
}
