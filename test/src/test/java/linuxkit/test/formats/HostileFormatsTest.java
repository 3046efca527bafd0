package linuxkit.test.formats;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import linuxkit.base.Sha256;
import linuxkit.boot.initrd.InitrdMarks;
import linuxkit.test.Linuxkit;
import linuxkit.test.OciArchive;
import linuxkit.test.Programs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Builds images whose layers try to write elsewhere. Each is refused, or in every format all of it
 * lies in the folder of its own service, as other programs read the format.
 */
class HostileFormatsTest {
  private static final String FORMATS = "tar,kernel+initrd,kernel+squashfs,kernel+erofs,kernel+iso";
  private static final String OTHER = "containers/services/other/lower/";

  @TempDir static Path folder;

  /** An image by what is wrong with it, with the group of inputs that it is one of. */
  record Hostile(String what, List<byte[]> layers) {
    static Hostile of(String what, RawTar... layers) {
      return new Hostile(what, Stream.of(layers).map(RawTar::bytes).toList());
    }

    String image() {
      return "example.org/hostile/" + name() + ":1";
    }

    String name() {
      return what.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    @Override
    public String toString() {
      return what;
    }
  }

  private static RawTar tar() {
    return new RawTar();
  }

  private static List<Hostile> contained() {
    return List.of(
        Hostile.of("A absolute", tar().file("/etc/canary").file("//sbin/init")),
        Hostile.of("A root", tar().directory("./").directory(".").directory("/").file("./x")),
        Hostile.of("A backslashes", tar().file("C:\\x").file("..\\x").file("..\\..\\etc\\canary")),
        Hostile.of("A bytes that are no UTF-8", tar().file("caf\u00e9").file("\u00ff\u00fe")),
        Hostile.of("A newline and blank", tar().file("a\nb").file(" ").file("a b")),
        Hostile.of(
            "A again as something else",
            tar().file("x").directory("x").file("x/y").symlink("x", "/etc").file("z").file("z")),
        Hostile.of("B link up and out", tar().symlink("up", "../../../..").file("up/etc/canary")),
        Hostile.of("B link to the root", tar().symlink("abs", "/").file("abs/sbin/init")),
        Hostile.of("B link to another service", tar().symlink("o", "/" + OTHER).file("o/canary")),
        Hostile.of("B next layer", tar().symlink("up", "../../../../etc"), tar().file("up/canary")),
        Hostile.of(
            "B link for a directory and back",
            tar().directory("d").file("d/x"),
            tar().symlink("d", "/etc"),
            tar().directory("d").file("d/canary")),
        Hostile.of("B hard link of a link", tar().symlink("s", "/etc/canary").hardLink("h", "s")),
        Hostile.of("C opaque root", tar().file("a"), tar().file(".wh..wh..opq").file("b")),
        Hostile.of(
            "C through a link", tar().symlink("l", "/etc").file("x"), tar().file("l/.wh.canary")),
        Hostile.of("C of what is not there", tar().file(".wh.canary").file("etc/.wh.canary")),
        Hostile.of("C device of an overlay", tar().add("etc/canary", '3', "", "")),
        Hostile.of("D pipe and devices", tar().add("p", '6', "", "").add("b", '4', "", "")),
        Hostile.of(
            "L names of the system",
            tar()
                .file("containers/services/other/config.json")
                .file(OTHER + "canary")
                .file("config.json")
                .file("boot/kernel")
                .file("etc/init.d/000-evil")),
        Hostile.of(
            "L folders as links",
            tar().symlink("dev", "/etc").symlink("proc", "../../..").symlink("sys", "/")),
        Hostile.of("L its own folders", tar().symlink("lower", "/").symlink("rootfs", "/etc")));
  }

  static List<Hostile> refused() {
    return List.of(
        Hostile.of("A upwards", tar().file("../../etc/canary")),
        Hostile.of("A upwards from within", tar().file("a/../../../x")),
        Hostile.of("A parent", tar().directory("..")),
        Hostile.of("A slash behind a file", tar().file("x/")),
        Hostile.of("B link in a circle", tar().symlink("a", "b").symlink("b", "a").file("a/x")),
        Hostile.of("B link named parent", tar().symlink("x/..", "/etc")),
        Hostile.of("B hard link upwards", tar().hardLink("h", "../../../../etc/canary")),
        Hostile.of("B hard link elsewhere", tar().hardLink("h", OTHER + "canary")),
        Hostile.of("B hard link of itself", tar().hardLink("h", "h")),
        Hostile.of("B hard link of a directory", tar().directory("d").hardLink("h", "d")),
        Hostile.of("B hard link of what comes later", tar().hardLink("h", "x").file("x")),
        Hostile.of("C of nothing", tar().file(".wh.")),
        Hostile.of("C of the parent", tar().file("a/.wh...")),
        Hostile.of("C folder", tar().file(".wh.etc/canary")),
        Hostile.of("D unknown type", tar().add("x", 'Z', "", "")));
  }

  @BeforeAll
  static void build() throws IOException {
    OciArchive archive = new OciArchive();
    archive.add("example.org/init:1", List.of(tar().file("etc/canary").file("sbin/init").bytes()));
    archive.add("example.org/kernel:1", List.of(tar().file("kernel").bytes()));
    archive.add("example.org/other:1", List.of(tar().file("canary").bytes()));
    List<Hostile> all = new ArrayList<>(contained());
    all.addAll(refused());
    all.forEach(each -> archive.add(each.image(), each.layers));
    archive.write(folder.resolve("images.tar"));
    linuxkit().run("cache", "import", folder.resolve("images.tar").toString()).succeeds();
    build("good", List.of()).succeeds();
    build("evil", contained()).succeeds();
  }

  private static Linuxkit linuxkit() {
    return Linuxkit.withCache(folder.resolve("store"));
  }

  private static Linuxkit.Result build(String name, List<Hostile> hostile) throws IOException {
    StringBuilder manifest =
        new StringBuilder(
            """
            kernel: {image: "example.org/kernel:1", tar: none}
            boot: {first-stage: "example.org/init:1"}
            init: ["example.org/init:1"]
            services:
            - {name: other, image: "example.org/other:1"}
            """);
    for (Hostile each : hostile) {
      manifest.append("- {name: %s, image: \"%s\"}\n".formatted(each.name(), each.image()));
    }
    Path file = Files.writeString(folder.resolve(name + ".yml"), manifest);
    return linuxkit()
        .run(
            "build",
            "--arch",
            "amd64",
            "--no-sbom",
            "--dir",
            folder.toString(),
            "-f",
            FORMATS,
            file.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "tar, tar -xf ../FILE.tar",
    "initrd, SEGMENTS",
    "squashfs, unsquashfs -q -n -f -d . ../FILE-squashfs.img",
    "EROFS, fsck.erofs --extract=. --overwrite ../FILE-erofs.img",
    "ISO 9660, xorriso -osirrox on -indev ../FILE.iso -extract / ."
  })
  void writesNothingOutside(String format, String program) throws IOException {
    Set<String> good = unpacked("good", program);
    Set<String> evil = unpacked("evil", program);
    for (Hostile each : contained()) {
      String own = "containers/services/" + each.name();
      assertThat(evil).as(format + ", " + each).anyMatch(line -> line.startsWith(own + "/lower"));
      evil.removeIf(line -> line.startsWith(own + "/") || line.startsWith(own + " "));
    }
    // The systems need different amounts of memory.
    good.removeIf(line -> line.startsWith(InitrdMarks.MEMORY));
    evil.removeIf(line -> line.startsWith(InitrdMarks.MEMORY));
    assertThat(evil).as(format).isEqualTo(good);
  }

  /** Path and content of every file that a program finds in an artefact, links not followed. */
  private static Set<String> unpacked(String name, String program) throws IOException {
    Path to = Files.createTempDirectory(folder, name);
    Set<String> beside = listed(folder);
    if (program.equals("SEGMENTS")) {
      unpackInitrd(Files.readAllBytes(folder.resolve(name + "-initrd.img")), to);
    } else {
      Programs.run(to, (Object[]) program.replace("FILE", name).split(" ", -1));
    }
    assertThat(listed(folder)).isEqualTo(beside);
    Set<String> lines = new TreeSet<>();
    try (Stream<Path> files = Files.walk(to)) {
      for (Path file : files.toList()) {
        String kind =
            Files.isSymbolicLink(file)
                ? Files.readSymbolicLink(file).toString()
                : Files.isRegularFile(file) ? Sha256.hex(Files.readAllBytes(file)) : "";
        lines.add(to.relativize(file) + " " + kind);
      }
    }
    return lines;
  }

  // As the kernel does it: a row of compressed archives, each begun at a multiple of four.
  private static void unpackInitrd(byte[] initrd, Path to) throws IOException {
    Path segment = to.resolve("segment");
    for (int at = 0; at < initrd.length; ) {
      byte[] rest = Arrays.copyOfRange(initrd, at, initrd.length);
      int size = (int) Zstd.findFrameCompressedSize(rest);
      Files.write(segment, Arrays.copyOf(rest, size));
      Programs.run(to, "sh", "-c", "zstd -dcq < segment | cpio -idmu --quiet");
      at += (size + 3) / 4 * 4;
    }
    Files.delete(segment);
  }

  private static Set<String> listed(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> names = new TreeSet<>();
      files.forEach(file -> names.add(file.toString()));
      return names;
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesFilesThatAreNotImages(Hostile hostile) throws IOException {
    assertThat(build("refused", List.of(hostile)).fails().err()).contains(hostile.image());
    assertThat(listed(folder)).noneMatch(file -> file.contains("/refused-"));
  }
}
