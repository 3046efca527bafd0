package linuxkit.engine.bill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.boot.Artefact;
import linuxkit.system.sbom.SbomFormat;
import linuxkit.system.sbom.SbomOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtefactBillsTest {
  @TempDir private Path folder;

  @Test
  void writesToAPipeWithoutReplacingIt() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process reader = new ProcessBuilder("cat", pipe.toString()).start();
    try {
      assertThat(write(pipe)).isEmpty();
      assertThat(Files.isRegularFile(pipe)).isFalse();
      assertThat(new String(reader.getInputStream().readAllBytes(), UTF_8)).contains("SPDX-2.");
    } finally {
      reader.destroy();
    }
  }

  @Test
  void writesTheFileThatALinkLeadsTo() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("bill"));
    Path bill = folder.resolve("bill");
    assertThat(write(link)).extracting(Artefact::path).containsExactly(bill);
    assertThat(link).isSymbolicLink();
    assertThat(bill).isNotEmptyFile();
  }

  private static List<Artefact> write(Path file) {
    SbomOptions options =
        new SbomOptions(Map.of(SbomFormat.SPDX, file.toString()), 0, Optional.empty());
    try (ArtefactBills bills = new ArtefactBills(List.of(file))) {
      return bills.write(List.of(), options, Progress.silent());
    }
  }
}
