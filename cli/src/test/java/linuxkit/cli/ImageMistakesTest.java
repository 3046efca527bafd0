package linuxkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks how mistakes in the images of a manifest are reported: with the place in the manifest, or
 * in the image's label.
 */
class ImageMistakesTest {
  @TempDir static Path folder;

  @BeforeAll
  static void images() throws IOException {
    imported("good:1", "amd64", "");
    imported("arm:1", "arm64", "");
    imported("bad:1", "amd64", "{name: a, rlimits: ['bogus,1,2']}");
    imported("list:1", "amd64", "[]");
  }

  private static void imported(String name, String architecture, String label) throws IOException {
    Path archive = SavedImage.write(folder.resolve("saved.tar"), name, architecture, label);
    assertThat(run("cache", "import", archive.toString()).err()).isEmpty();
  }

  private static Run run(String... args) {
    return Run.of(
        Map.of("HOME", folder.toString(), "LINUXKIT_CACHE", folder.resolve("cache").toString()),
        args);
  }

  private static void refused(String manifest, String format, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("m.yml"), manifest);
    Path out = folder.resolve("out");
    Files.createDirectories(out);
    Run run =
        run(
            "-q",
            "build",
            "--no-sbom",
            "--arch",
            "amd64",
            "-f",
            format,
            "--dir",
            out.toString(),
            file.toString());
    assertThat(run.err().replace(folder + "/", "")).isEqualTo("linuxkit: " + message + "\n");
    assertThat(run.status()).isEqualTo(1);
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void reportsAnImageForAnotherPlatformWithItsPosition() throws IOException {
    String message =
        "docker.io/library/arm:1: the image is not available for linux/amd64, only for linux/arm64\n"
            + "  hint: choose another architecture, or an image that supports this one";
    refused("init:\n  - good:1\n  - arm:1\n", "tar", "m.yml:3:5: " + message);
    refused(
        "services: [{name: a, image: arm:1}]\nonboot: [{image: arm:1, name: b}]\n",
        "tar",
        "m.yml:2:18: " + message);
    refused("volumes: [{name: v, image: arm:1}]\n", "tar", "m.yml:1:28: " + message);
    refused(
        "volumes: [{name: v, format: oci, image: arm:1, platforms: [linux/amd64]}]\n",
        "tar",
        "m.yml:1:41: " + message);
    refused(
        "kernel: {image: good:1, binary: greeting, tar: none}\nboot: {uefi: arm:1}\n",
        "uki",
        "m.yml:2:14: " + message);
  }

  @Test
  void reportsMistakesOfALabelWithItsImage() throws IOException {
    refused(
        "onboot: [{name: a, image: bad:1}]\n",
        "tar",
        """
        several errors:
        label org.mobyproject.config of docker.io/library/bad:1:1:2: name: unknown key 'name'
        label org.mobyproject.config of docker.io/library/bad:1:1:21: rlimits: unknown limit\
         "bogus\"""");
    refused(
        "services: [{name: a, image: list:1}]\n",
        "tar",
        "label org.mobyproject.config of docker.io/library/list:1:1:1: (root): expected a mapping, but found a list");
  }
}
