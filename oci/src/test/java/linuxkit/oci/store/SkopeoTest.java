package linuxkit.oci.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.TestTar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exchanges images with skopeo. */
class SkopeoTest {
  private static final Reference NAME = Reference.parse("docker.io/library/test:1");

  @TempDir Path directory;

  @Test
  void exchangesImagesWithSkopeo() throws Exception {
    ImageStore store = ImageStore.open(directory.resolve("cache"), Progress.silent());
    Descriptor amd64 =
        TestImages.image(
            store,
            "amd64",
            new TestTar().directory("usr/").file("usr/a", "a".repeat(9999)).bytes(),
            new TestTar().symlink("b", "usr/a").bytes());
    store.name(
        NAME,
        TestImages.index(
            store,
            TestImages.forPlatform(amd64, "amd64"),
            TestImages.forPlatform(TestImages.image(store, "arm64"), "arm64")));

    Path copy = directory.resolve("copy");
    skopeo("copy", "--all", "--preserve-digests", oci(store.root()), oci(copy));
    ImageStore whole = ImageStore.open(copy, Progress.silent());
    assertThat(whole.find(NAME).orElseThrow().digest())
        .isEqualTo(store.find(NAME).orElseThrow().digest());
    assertThat(new Housekeeping(whole).verify()).isEmpty();
    assertThat(paths(whole)).isEqualTo(paths(store));

    for (String format : List.of("gzip", "zstd")) {
      Path packed = directory.resolve(format);
      skopeo(
          "--override-arch=amd64",
          "copy",
          "--dest-compress",
          "--dest-compress-format=" + format,
          oci(store.root()),
          oci(packed));
      ImageStore again = ImageStore.open(packed, Progress.silent());
      assertThat(again.find(NAME).orElseThrow().digest()).isNotEqualTo(amd64.digest());
      assertThat(paths(again)).isEqualTo(paths(store));
    }
  }

  private static String oci(Path layout) {
    return "oci:" + layout + ":" + NAME;
  }

  private static List<String> paths(ImageStore store) {
    List<String> paths = new ArrayList<>();
    FileTree tree = new StoreImages(store).find(NAME, Platform.linux("amd64")).tree();
    tree.walk(entry -> paths.add(entry.path() + " " + entry.node().metadata()));
    return paths;
  }

  private void skopeo(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("skopeo", "--insecure-policy", "--tmpdir", directory.toString()));
    command.addAll(List.of(arguments));
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(output, UTF_8)).isZero();
  }
}
