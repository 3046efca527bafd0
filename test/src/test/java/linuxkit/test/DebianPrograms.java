package linuxkit.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import linuxkit.oci.Platform;

/**
 * Programs that only tests need, from a later Debian release than this machine's. They are obtained
 * like a component's content.
 */
public final class DebianPrograms {
  private static final Path TARGET = Linuxkit.PROJECT.resolve("test/target");

  private DebianPrograms() {}

  /**
   * Unpacks a component, once: what another test class runs from there must not be written to.
   *
   * @param name of its folder in {@code test/src/test}
   * @return where its files are
   */
  public static synchronized Path unpacked(String name) {
    Path component = Linuxkit.PROJECT.resolve("test/src/test").resolve(name);
    Linuxkit linuxkit = Linuxkit.withComponents();
    linuxkit
        .run("pkg", "build", "--platforms", Platform.host().toString(), component.toString())
        .succeeds();
    String image =
        linuxkit
            .run("pkg", "show-tag", "--canonical", component.toString())
            .succeeds()
            .out()
            .strip();
    Path tree = TARGET.resolve(name);
    Path tar = TARGET.resolve(name + ".tar");
    Path mark = TARGET.resolve(name + ".image");
    try (FileChannel lock =
            FileChannel.open(
                Files.createDirectories(TARGET).resolve(name + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock _ = lock.lock()) {
      if (Files.exists(mark) && Files.readString(mark).equals(image)) {
        return tree;
      }
      linuxkit
          .run("cache", "export", "--format", "filesystem", "--outfile", tar.toString(), image)
          .succeeds();
      Files.createDirectories(tree);
      // Times stay as they are where nothing changed, and so does what was compiled from them.
      Programs.run(tree, "tar", "--extract", "--overwrite", "--file", tar);
      Files.delete(tar);
      Files.writeString(mark, image);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tree;
  }
}
