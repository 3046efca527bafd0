package linuxkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import linuxkit.base.Failure;
import linuxkit.base.FileStamp;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.boot.DiskOptions;
import linuxkit.boot.Formats;
import linuxkit.boot.RootOptions;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.example.Embedding;
import linuxkit.fixtures.ProgressLog;
import linuxkit.system.sbom.SbomFormat;
import org.junit.jupiter.api.Test;

/** Builds through the engine alone: the command line is not on this module's class path. */
class SystemBuildTest extends SystemBuildFixture {
  @Test
  void runsWithoutPicocli() {
    assertThatThrownBy(() -> Class.forName("picocli.CommandLine"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void returnsEveryArtefactWithItsSizeAndDigest() throws IOException {
    BuildResult result = build(request("tar"));
    Path tar = directory.resolve("out/system.tar");
    assertThat(result.unchanged()).isFalse();
    assertThat(result.artefacts())
        .containsExactly(new BuildResult.BuiltArtefact(tar, FileStamp.of(tar)));
    assertThat(result.artefacts().getFirst().size()).isEqualTo(Files.size(tar));
    assertThat(result.artefacts().getFirst().sha256())
        .isEqualTo(Sha256.hex(Files.readAllBytes(tar)));
  }

  @Test
  void returnsTheSameArtefactsOfAnUnchangedBuild() throws IOException {
    BuildResult first = build(request("tar"));
    BuildResult second = build(request("tar"));
    assertThat(second.unchanged()).isTrue();
    assertThat(second.artefacts()).isEqualTo(first.artefacts());
  }

  @Test
  void t9AndT12ReportsFilesAndRightsAgainInAnUnchangedBuild() throws IOException {
    Path secret = Files.writeString(directory.resolve("linuxkit/secret"), "secret");
    Path folder = Files.createDirectories(directory.resolve("project"));
    image("evil:1", "bin/evil", "{\\\"capabilities\\\": [\\\"all\\\"]}");
    manifest =
        Files.writeString(
            folder.resolve("system.yml"),
            """
            files: [{path: s, source: "%s"}]
            services: [{name: web, image: evil:1, command: [/bin/evil]}]
            """
                .formatted(secret));
    for (boolean unchanged : new boolean[] {false, true}) {
      ProgressLog log = new ProgressLog();
      BuildResult result = build(request("tar"), log);
      assertThat(result.unchanged()).isEqualTo(unchanged);
      assertThat(log.infos())
          .containsOnlyOnce(
              manifest
                  + ":1:9: takes the file "
                  + secret.toRealPath()
                  + ", outside of the manifest's folder and the working directory")
          .containsOnlyOnce(
              "services.web: docker.io/library/evil:1 asks for: all capabilities"
                  + " (label org.mobyproject.config)");
    }
  }

  @Test
  void buildsAgainForOtherOptions() throws IOException {
    build(request("tar"));
    SystemOptions withoutSbom = new SystemOptions(false, SbomRequest.NONE);
    assertThat(build(request("tar").withSystem(withoutSbom)).unchanged()).isFalse();
  }

  @Test
  void a9WritesABillOfMaterialsThatListsTheFirstStage() throws IOException {
    image("first:1", "init");
    manifest =
        Files.writeString(
            directory.resolve("system.yml"), "init: [init:1]\nboot: {first-stage: first:1}\n");
    Path bill = directory.resolve("bill.spdx.json");
    BuildRequest request =
        request("kernel+initrd")
            .withSystem(
                new SystemOptions(
                    false, new SbomRequest(Map.of(), Map.of(SbomFormat.SPDX, bill), false)))
            .withOutputs(
                new OutputSettings(
                    InitrdCompression.EROFS, DiskOptions.DEFAULT, RootOptions.DEFAULT));
    BuildResult result = build(request);
    assertThat(result.artefacts()).extracting(BuildResult.BuiltArtefact::path).contains(bill);
    String text = Files.readString(bill);
    assertThat(text).contains("SPDXRef-init-0", "SPDXRef-boot.first-stage", "library/first");
    assertThat(build(request).unchanged()).isTrue();
    Files.delete(bill);
    assertThat(build(request).unchanged()).isFalse();
    assertThat(bill).hasContent(text);
    build(
        request.withOutputs(
            new OutputSettings(InitrdCompression.ZSTD, DiskOptions.DEFAULT, RootOptions.DEFAULT)));
    assertThat(Files.readString(bill)).doesNotContain("boot.first-stage");
  }

  @Test
  void writesTheReportToAPipeWithoutReplacingIt() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process reader = new ProcessBuilder("cat", pipe.toString()).start();
    try {
      build(request("tar").withReport(pipe));
      assertThat(Files.isRegularFile(pipe)).isFalse();
      assertThat(new String(reader.getInputStream().readAllBytes(), UTF_8)).contains("<html");
    } finally {
      reader.destroy();
    }
  }

  @Test
  void a9RefusesABillOfMaterialsInPlaceOfAnOutput() throws IOException {
    Path tar = directory.resolve("out/../out/system.tar");
    SbomRequest sbom = new SbomRequest(Map.of(), Map.of(SbomFormat.SPDX, tar), false);
    BuildRequest request = request("tar");
    SystemOptions options = new SystemOptions(false, sbom);
    assertThatThrownBy(() -> request.withSystem(options))
        .isInstanceOf(RequestFailure.class)
        .hasMessageContaining("would overwrite an output of the build");
  }

  @Test
  void returnsNoDigestOfAnArtefactChangedSince() throws IOException {
    BuildResult result = build(request("tar"));
    Files.writeString(directory.resolve("out/system.tar"), "other");
    assertHasChanged(result);
  }

  @Test
  void returnsNoDigestOfAReplacedArtefact() throws IOException {
    BuildResult result = build(request("tar"));
    Path tar = directory.resolve("out/system.tar");
    Path other = Files.write(directory.resolve("other"), new byte[(int) Files.size(tar)]);
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(tar));
    Files.move(other, tar, StandardCopyOption.REPLACE_EXISTING);
    assertHasChanged(result);
  }

  private static void assertHasChanged(BuildResult result) {
    assertThatThrownBy(() -> result.artefacts().getFirst().sha256())
        .isInstanceOf(Failure.class)
        .hasMessageContaining("has changed since the build");
  }

  @Test
  void buildsTheExampleOfEngineMd() throws IOException {
    Path out = Files.createDirectories(directory.resolve("out"));
    String line =
        Embedding.build(settings.environment(), directory.resolve("linuxkit"), manifest, out);
    Path tar = out.resolve("web.tar");
    assertThat(line)
        .isEqualTo(
            "%s, %d bytes, SHA-256 %s"
                .formatted(tar, Files.size(tar), Sha256.hex(Files.readAllBytes(tar))));
  }

  @Test
  void usesNoRecordsInAProgramThatEmbedsTheEngine() throws IOException {
    Path runtime = Files.createDirectories(directory.resolve("linuxkit/runtime"));
    Files.writeString(runtime.resolve("build-id"), "a distribution with another engine");
    for (int i = 0; i < 2; i++) {
      SystemBuild embedded = new SystemBuild(settings, Progress.silent());
      assertThat(embedded.run(request("tar")).unchanged()).isFalse();
    }
  }

  @Test
  void buildsFromStandardInputIntoAStream() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BuildRequest request =
        BuildRequest.of(
            List.of("-"), new BuildTarget.ToStream(Formats.named("tar"), out, "the test"));
    InputStream in = new ByteArrayInputStream(Files.readAllBytes(manifest));
    BuildResult result = new SystemBuild(settings, in, Progress.silent()).run(request);
    assertThat(result.artefacts()).isEmpty();
    assertThat(out.toString(UTF_8)).contains("containers/services/web/");
  }

  @Test
  void leavesNoOutputOfAFailedBuild() throws IOException {
    Files.writeString(
        manifest, "init: [init:1]\nservices: [{name: web, image: web:1, bogus: 1}]\n");
    assertThatThrownBy(() -> build(request("tar"))).isInstanceOf(Failure.class);
    assertThat(directory.resolve("out")).isEmptyDirectory();
  }
}
