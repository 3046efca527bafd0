package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import linuxkit.oci.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** Checks that the order in which the host lists a directory does not affect what is built. */
class DirectoryOrderTest {
  private static final List<String> FILES =
      List.of("build.yml", "data/b", "data/deep/x", "data/deep/y", "data/a", "data/link", "run");
  private static final Pattern LISTED = Pattern.compile("getdents64\\(\\d+<([^>]*)>");

  /** A file system that lists a directory by when its entries were made. */
  static final class Tmpfs implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.createTempDirectory(Path.of("/dev/shm"), "linuxkit-test");
    }
  }

  @TempDir(factory = Tmpfs.class)
  Path tmpfs;

  @TempDir Path work;

  @Test
  void writesTheSameBytesForAnyFolderOrder() throws Exception {
    Path forwards = component("forwards", FILES);
    Path backwards = component("backwards", FILES.reversed());
    for (String directory : List.of("", "data", "data/deep")) {
      assertThat(names(forwards.resolve(directory)))
          .isNotEqualTo(names(backwards.resolve(directory)))
          .containsExactlyInAnyOrderElementsOf(names(backwards.resolve(directory)));
    }
    Linuxkit linuxkit = Linuxkit.withCache(Components.copyOfStore(work.resolve("store")));
    assertThat(linuxkit.run("pkg", "show-tag", backwards.toString()).succeeds().out())
        .isEqualTo(linuxkit.run("pkg", "show-tag", forwards.toString()).succeeds().out());
    Path first = build(linuxkit, forwards);
    // Without the records of components, these would be built again from packages.
    Programs.run(
        linuxkit.cache().resolve("derived"),
        "find",
        ".",
        "-type",
        "f",
        "-not",
        "-path",
        "./component-1/*",
        "-delete");
    Path second = build(linuxkit, backwards);
    Programs.run(work, "diff", "-r", first, second);
    assertThat(first).isDirectoryContaining("glob:**/it.iso");
  }

  private Path component(String name, List<String> files) throws IOException {
    Path folder = tmpfs.resolve(name).resolve("component");
    for (String file : files) {
      Path path = folder.resolve(file);
      Files.createDirectories(path.resolveSibling(""));
      switch (file) {
        case "build.yml" ->
            Files.writeString(
                path,
                "image: order\narches: [%s]\nfiles: [{path: /x, source: data}, {path: /y, source: run}]\n"
                    .formatted(Platform.host().architecture()));
        case "data/link" -> Files.createSymbolicLink(path, Path.of("deep/x"));
        default -> Files.writeString(path, file);
      }
      if (file.equals("run")) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
    return folder;
  }

  private static List<String> names(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    return names;
  }

  /** Into a folder of its own; nothing but packages and git's packs is listed for it. */
  private Path build(Linuxkit linuxkit, Path component) throws IOException {
    String name = component.getParent().getFileName().toString();
    Path out = Files.createDirectory(work.resolve(name));
    Path manifest =
        Files.writeString(
            component.resolveSibling("it.yml"),
            """
            kernel: {image: "@pkg:COMPONENTS/kernel", cmdline: console=ttyS0}
            init: ["@pkg:COMPONENTS/init", "@pkg:component"]
            """
                .replace("COMPONENTS", Linuxkit.PROJECT.resolve("pkg").toString()));
    Path trace = work.resolve(name + ".trace");
    Linuxkit traced =
        linuxkit.through(
            "strace", "-f", "-y", "-qq", "-e", "trace=getdents64", "-o", trace.toString());
    traced.run("pkg", "build", "--force", component.toString()).succeeds();
    traced
        .run(
            "build",
            "--dir",
            out.toString(),
            "--format",
            "tar,kernel+squashfs,iso,raw",
            manifest.toString())
        .succeeds();
    assertThat(listed(trace))
        .contains(component.toString())
        .allMatch(
            directory ->
                directory.startsWith(component.toString())
                    // Leftovers of killed processes are deleted there, in any order.
                    || directory.equals(out.toString())
                    || directory.startsWith(Linuxkit.PROJECT.resolve("pkg").toString())
                    || directory.startsWith(Linuxkit.distribution().resolve("pkg").toString())
                    || directory.endsWith("/objects/pack")
                    || directory.startsWith("/sys/"));
    return out;
  }

  private static List<String> listed(Path trace) throws IOException {
    return LISTED
        .matcher(Files.readString(trace))
        .results()
        .map(result -> result.group(1))
        .distinct()
        .toList();
  }
}
