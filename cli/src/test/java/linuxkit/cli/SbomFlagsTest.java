package linuxkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SbomFlagsTest {
  @TempDir Path folder;

  private Run build(Map<String, String> environment, String... flags) throws IOException {
    Path manifest = Files.writeString(folder.resolve("m.yml"), "files: [{path: a, contents: b}]");
    Map<String, String> all = new TreeMap<>(environment);
    all.put("HOME", folder.toString());
    List<String> line = new ArrayList<>(List.of("build", "--format", "tar"));
    line.addAll(List.of("--dir", folder.toString(), "--cache", folder.resolve("cache").toString()));
    line.addAll(List.of(flags));
    line.add(manifest.toString());
    return Run.of(all, line.toArray(String[]::new));
  }

  private String tar() throws IOException {
    return Files.readString(folder.resolve("m.tar"), StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|sbom.spdx.json",
        "--sbom-format cyclonedx|sbom.cdx.json",
        "--sbom-format both|sbom.spdx.json sbom.cdx.json",
        "--sbom-format both --sbom-output /usr/x.spdx.json|usr/x.spdx.json usr/x.cdx.json",
        "--sbom-output bill|bill",
        "--no-sbom|''",
      })
  void flagsSelectFormatsAndPaths(String flags, String paths) throws IOException {
    assertThat(build(Map.of(), words(flags)).status()).isZero();
    for (String path : words(paths)) {
      assertThat(tar()).contains(path);
    }
    assertThat(tar().contains("documentNamespace"))
        .isEqualTo(paths.contains("spdx") || paths.equals("bill"));
    assertThat(tar().contains("CycloneDX")).isEqualTo(paths.contains("cdx"));
  }

  private static String[] words(String text) {
    return text.isEmpty() ? new String[0] : text.split(" ", -1);
  }

  @Test
  void statesAFixedTimeUnlessTheCurrentOneIsRequested() throws IOException {
    build(Map.of());
    assertThat(tar()).contains("\"created\":\"2017-04-18T16:30:00Z\"");
    build(Map.of("SOURCE_DATE_EPOCH", "86400"), "--sbom-current-time");
    assertThat(tar()).contains("\"created\":\"1970-01-02T00:00:00Z\"");
    build(Map.of(), "--sbom-current-time");
    assertThat(tar()).contains("\"created\":\"20").doesNotContain("2017-04-18");
  }

  @ParameterizedTest
  @CsvSource({
    "--sbom-format,xml,unknown bill of materials format: xml",
    "--sbom-output,../x,not a path in the system: ../x",
    "--sbom-output,a//b,not a path in the system: a//b"
  })
  void refusesUnknownFormatsAndInvalidPaths(String flag, String value, String message)
      throws IOException {
    Run run = build(Map.of(), flag, value);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains(message);
    assertThat(folder.resolve("m.tar")).doesNotExist();
  }
}
