package linuxkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheCommandsTest {
  private static final String NAME = "docker.io/library/app:1";

  @TempDir Path directory;
  private Path archive;

  @BeforeEach
  void save() throws IOException {
    archive = SavedImage.write(directory.resolve("app.tar"), "app:1", "amd64", "");
  }

  private Run cache(String... args) {
    List<String> all =
        new ArrayList<>(List.of("--cache", directory.resolve("store").toString(), "cache"));
    all.addAll(List.of(args));
    return Run.of(Map.of("HOME", directory.toString()), all.toArray(String[]::new));
  }

  @Test
  void importsListsExportsAndRemovesAnImage() throws Exception {
    assertThat(cache("import", archive.toString()).out()).isEqualTo(NAME + "\n");
    assertThat(cache("ls").out()).startsWith("IMAGE ").contains(NAME + "  sha256:");
    assertThat(cache("ls", "--json").out()).contains("\"name\": \"" + NAME + "\"");
    assertThat(cache("du").out()).contains(NAME).contains("unneeded");
    assertThat(cache("du", "--json").out()).contains("\"unneeded\": 0", "\"downloads\": 0");
    Path downloads = Files.createDirectories(directory.resolve("store/debian/sha256"));
    Files.writeString(downloads.resolve("abc"), "package");
    assertThat(cache("du").out()).endsWith("downloads  7 B\n");
    assertThat(cache("verify").err()).contains("All blobs are intact.");

    Path out = directory.resolve("out.tar");
    for (String format : List.of("oci", "docker", "filesystem")) {
      Run export =
          cache(
              "export",
              "--format",
              format,
              "--platform",
              "linux/amd64",
              "--outfile",
              out.toString(),
              "app:1");
      assertThat(export.status()).as(export.err()).isZero();
      assertThat(out).isNotEmptyFile();
    }
    assertThat(cache("rm", "app:1").status()).isZero();
    assertThat(cache("rm", "app:1").err()).contains("no such image in the store: " + NAME);
    assertThat(cache("du", "--json").out()).contains("\"blobs\": 0");
    assertThat(cache("prune").err()).contains("Freed ");
  }

  @Test
  void importsExportedImagesUnderTheirNameOrAnother() {
    cache("import", archive.toString());
    Path out = directory.resolve("out.tar");
    cache(
        "export",
        "--name",
        "other.example/x:2",
        "--platform",
        "all",
        "--outfile",
        out.toString(),
        "app:1");
    assertThat(cache("import", out.toString()).out()).isEqualTo("other.example/x:2\n");
    assertThat(cache("import", "--name", "third:3", out.toString()).out())
        .isEqualTo("docker.io/library/third:3\n");
  }

  @Test
  void readsAndWritesArchivesThroughPipes() throws IOException {
    String store = directory.resolve("store").toString();
    Run in =
        Run.on(
            0,
            Map.of(),
            new ByteArrayInputStream(Files.readAllBytes(archive)),
            "--cache",
            store,
            "cache",
            "import",
            "-");
    assertThat(in.out()).isEqualTo(NAME + "\n");
    assertThat(
            cache(
                    "export",
                    "--format",
                    "filesystem",
                    "--platform",
                    "linux/amd64",
                    "--outfile",
                    "-",
                    "app:1")
                .out())
        .contains("greeting")
        .contains("hello");
  }

  @Test
  void reportsMistakes() {
    assertThat(cache("export", "app:1").err()).contains("--outfile is missing");
    assertThat(cache("export", "--outfile", "-", "app:1").err())
        .contains("no such image in the image store")
        .contains("linuxkit cache pull");
    cache("import", archive.toString());
    assertThat(cache("export", "--outfile", "-", "--format", "zip", "app:1").err())
        .contains("unknown archive format: zip");
    assertThat(
            cache("export", "--outfile", "-", "--format", "docker", "--platform", "all", "app:1")
                .err())
        .contains("an archive in docker format holds one platform");
    assertThat(cache("push", "--remote-name", "x:1", "app:1", "app:2").err())
        .contains("--remote-name names one image, but several are pushed");
    assertThat(cache("import", directory.resolve("nope").toString()).err())
        .contains("no such file or directory");
    // LinuxKit takes no notice of these.
    assertThat(cache("ls", "app:1").err()).startsWith("linuxkit: unexpected argument: app:1\n");
    assertThat(cache("clean", "app:1").status()).isEqualTo(1);
    assertThat(cache("import", archive.toString(), "more").err())
        .contains("unexpected argument: more");
    assertThat(cache("export", "--outfile", "-", "app:1", "app:2").err())
        .contains("unexpected argument: app:2");
    assertThat(cache("ls").out()).contains(NAME);
  }

  @Test
  void f6EmptiesTheStoreAsLinuxKitDoes() throws IOException {
    cache("import", archive.toString());
    long size = size(directory.resolve("store/blobs"));
    assertThat(size).isPositive();
    assertThat(cache("prune").err()).isEqualTo("Freed 0 B.\n");
    assertThat(cache("ls").out()).contains(NAME);
    assertThat(cache("clean").err())
        .startsWith("Removed 1 image, and freed ")
        .doesNotContain("freed 0 B");
    assertThat(size(directory.resolve("store/blobs"))).isZero();
    assertThat(cache("ls", "--json").out()).isEqualToIgnoringWhitespace("[]");
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void f7NamesTheImagesOfABuildForEachArchitecture() throws IOException {
    Path component = Files.createDirectory(directory.resolve("tool"));
    Files.writeString(
        component.resolve("build.yml"),
        "image: tool\narches: [amd64, arm64]\nfiles: [{path: /a, contents: x}]\n");
    Run build =
        Run.of(
            Map.of("HOME", directory.toString()),
            "--cache",
            directory.resolve("store").toString(),
            "pkg",
            "build",
            "--hash",
            "1",
            component.toString());
    assertThat(build.status()).as(build.err()).isZero();
    String tool = "docker.io/linuxkit/tool:1";
    assertThat(cache("ls").out()).contains(tool + " ", tool + "-amd64 ", tool + "-arm64 ");
    Path out = directory.resolve("out.tar");
    assertThat(
            cache(
                    "export",
                    "--platform",
                    "linux/arm64",
                    "--outfile",
                    out.toString(),
                    "linuxkit/tool:1-arm64")
                .status())
        .isZero();
    assertThat(cache("du", "--json").out()).contains(tool + "\"").doesNotContain(tool + "-");
    assertThat(cache("rm", "linuxkit/tool:1").status()).isZero();
    assertThat(cache("ls", "--json").out()).isEqualToIgnoringWhitespace("[]");
    assertThat(size(directory.resolve("store/blobs"))).isZero();
  }

  @Test
  void removesAllImagesOnRequest() {
    cache("import", archive.toString());
    assertThat(cache("clean", "--all").status()).isZero();
    assertThat(cache("ls", "--json").out()).isEqualToIgnoringWhitespace("[]");
    assertThat(cache("du", "--json").out()).contains("\"blobs\": 0");
  }
}
