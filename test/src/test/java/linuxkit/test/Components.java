package linuxkit.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The components that most tests use, and an image for tests, put into a store once for all tests.
 * A manifest that refers to another component has it built.
 */
public final class Components {
  private static final Set<String> USUAL =
      Set.of(
          "containerd",
          "crun",
          "ctr",
          "dhcpcd",
          "first-stage",
          "getty",
          "init",
          "kernel",
          "nginx",
          "poweroff",
          "raspberry-pi",
          "runc",
          "sysctl",
          "syslinux",
          "systemd-boot");

  static final Path STORE = filled();

  private Components() {}

  /** Copies the images of the store with the records of their origin, and nothing else. */
  public static Path copyOfStore(Path to) throws IOException {
    Files.createDirectories(to.resolve("derived"));
    for (String part : List.of("blobs", "index.json", "oci-layout", "derived/component-1")) {
      Programs.run(to, "cp", "-r", STORE.resolve(part), to.resolve(part));
    }
    return to;
  }

  /** Returns the folders of the components that are in the store. */
  public static List<Path> folders() {
    try (Stream<Path> folders = Files.list(Linuxkit.PROJECT.resolve("pkg"))) {
      return folders
          .filter(folder -> USUAL.contains(folder.getFileName().toString()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path filled() {
    Path store = Linuxkit.PROJECT.resolve("test/target/store");
    Linuxkit linuxkit = Linuxkit.withCache(store);
    List<String> line = new ArrayList<>(List.of("pkg", "build"));
    folders().forEach(folder -> line.add(folder.toString()));
    linuxkit.run(line.toArray(String[]::new)).succeeds();
    try {
      Path archive = Linuxkit.PROJECT.resolve("test/target/attributes.tar");
      AttributesImage.write(archive);
      linuxkit.run("cache", "import", archive.toString()).succeeds();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return store;
  }
}
