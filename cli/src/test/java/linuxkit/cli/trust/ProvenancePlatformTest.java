package linuxkit.cli.trust;

import static linuxkit.cli.trust.ProvenanceFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.cli.RegistryImage;
import linuxkit.cli.Run;
import linuxkit.fixtures.DockerRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs and provenance of builds for different architectures. */
class ProvenancePlatformTest {
  @TempDir Path folder;
  private DockerRegistry registry;
  private Path manifest;
  private String image;

  @BeforeEach
  void buildForBoth() throws Exception {
    registry = DockerRegistry.start(folder);
    RegistryImage.push(folder.resolve("layout"), registry, "app:1", "one", "amd64", "arm64");
    image = registry.authority() + "/app:1";
    manifest =
        Files.writeString(
            folder.resolve("web.yml"),
            "services: [{name: app, image: \"%s\", command: [/greeting]}]\n".formatted(image));
    for (String architecture : List.of("amd64", "arm64")) {
      Path out = Files.createDirectory(folder.resolve(architecture));
      Path written = provenance(architecture);
      Run run =
          run("build", "--arch", architecture, "--dir", out, "--provenance", written, manifest);
      assertThat(run.status()).as(run.err()).isZero();
    }
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private Path provenance(String architecture) {
    return folder.resolve(architecture + ".json");
  }

  private Path output(String architecture) {
    return folder.resolve(architecture).resolve("web-initrd.img");
  }

  private Run run(Object... args) {
    List<String> all = new ArrayList<>(List.of("--cache", folder.resolve("cache").toString()));
    for (Object arg : args) {
      all.add(arg.toString());
    }
    return Run.of(Map.of("HOME", folder.toString()), all.toArray(String[]::new));
  }

  private void edit(String from, String to) throws IOException {
    String text = Files.readString(provenance("amd64"));
    assertThat(text).contains(from);
    Files.writeString(provenance("amd64"), text.replace(from, to));
  }

  @Test
  void refusesAnOutputForAnotherArchitecture() {
    Run good = run("verify", output("amd64"), "--provenance", provenance("amd64"), "--rebuild");
    assertThat(good.status()).as(good.out() + good.err()).isZero();
    String text = "the files are not the outputs of the build for linux/amd64";
    refused(run("verify", output("arm64"), "--provenance", provenance("amd64")), text);
    refused(
        run("verify", output("arm64"), "--provenance", provenance("amd64"), "--rebuild"),
        text,
        output("arm64") + " differs: ");
  }

  @Test
  void refusesProvenanceThatNamesTwoArchitectures() throws IOException {
    edit(
        "\"platform\": \"linux/amd64\",\n        \"formats\"",
        "\"platform\": \"linux/arm64\",\n        \"formats\"");
    String text = "has the image " + image + " for linux/amd64, but the build was for linux/arm64";
    refused(run("verify", output("amd64"), "--provenance", provenance("amd64")), text);
    refused(run("verify", output("amd64"), "--provenance", provenance("amd64"), "--rebuild"), text);
  }

  @Test
  void refusesImagesForAnotherArchitecture() throws IOException {
    assertThat(run("lock", manifest).status()).isZero();
    edit("linux/amd64", "linux/arm64");
    refused(
        run("verify", output("amd64"), "--provenance", provenance("amd64"), "--from", folder),
        "the build used the manifest sha256:",
        ", which is for linux/arm64");
    refused(
        run("verify", output("amd64"), "--provenance", provenance("amd64"), "--rebuild"),
        "the image " + image + " has the manifest sha256:",
        " for linux/arm64, not sha256:");
  }
}
