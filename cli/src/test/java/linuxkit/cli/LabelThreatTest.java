package linuxkit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** T12: an image that gives itself all rights by its label. */
class LabelThreatTest {
  private static final String LABEL =
      """
      {"capabilities": ["all"], "binds": ["/:/host", "/dev:/dev"], "pid": "host", "net": "host",
       "devices": [{"path": "all", "type": "b"}],
       "runtime": {"mkdir": ["/run/evil"], "bindNS": {"net": "/run/netns/other"}}}""";
  private static final String LINE =
      "services.innocent: docker.io/vendor/innocent:%s asks for: all capabilities,"
          + " the system's pid namespace, the system's network namespace, devices all of type b,"
          + " bind / → /host, bind /dev → /dev, binds its net namespace to /run/netns/other,"
          + " creates /run/evil in the system (label org.mobyproject.config%s)\n";

  @TempDir Path folder;

  @BeforeEach
  void fillStore() throws IOException {
    add("1", LABEL);
    add("0", "{\"capabilities\": [], \"readonly\": true, \"uid\": 5}");
    add("2", "{\"capabilities\": [\"CAP_SYS_PTRACE\"], \"env\": [\"A=b\"]}");
    add("wrong", "{\"capabilities\": [\"CAP_NONSENSE\", \"CAP_CHOWN\"]}");
  }

  private void add(String tag, String label) throws IOException {
    Path archive = folder.resolve("image.tar");
    SavedImage.write(archive, "vendor/innocent:" + tag, "amd64", label);
    assertThat(run("cache", "import", archive).status()).isZero();
  }

  private Run run(Object... args) {
    List<String> all = new ArrayList<>(List.of("--cache", folder.resolve("cache").toString()));
    for (Object arg : args) {
      all.add(arg.toString());
    }
    return Run.of(Map.of("HOME", folder.toString()), all.toArray(String[]::new));
  }

  private Path manifest(String tag, String more) throws IOException {
    return Files.writeString(
        folder.resolve("m" + tag + ".yml"),
        "services: [{name: innocent, image: vendor/innocent:" + tag + more + "}]\n");
  }

  private Run build(Object... args) {
    List<Object> all =
        new ArrayList<>(
            List.of("build", "--no-sbom", "--arch", "amd64", "--o", folder.resolve("o.tar")));
    all.addAll(List.of(args));
    return run(all.toArray());
  }

  private String config() throws IOException {
    return new String(Files.readAllBytes(folder.resolve("o.tar")), UTF_8);
  }

  @Test
  void t12ReportsRightsOfALabelOnOneLine() throws IOException {
    Run run = build(manifest("1", ""));
    assertThat(run.status()).isZero();
    assertThat(run.err()).containsOnlyOnce(LINE.formatted("1", ""));
    assertThat(config()).contains("CAP_SYS_ADMIN", "\"/host\"");
  }

  @Test
  void t12ReportsNeitherLabelsWithoutRightsNorRightsOfTheManifest() throws IOException {
    assertThat(build(manifest("0", "")).err()).doesNotContain("asks for");
    assertThat(build(manifest("2", ", capabilities: []")).err()).doesNotContain("asks for");
    assertThat(build(manifest("2", ", capabilities.add: [CAP_CHOWN]")).err())
        .contains("asks for: CAP_SYS_PTRACE (label");
  }

  @Test
  void t12GivesNoRightsForAnIgnoredLabel() throws IOException {
    Run run = build("--ignore-labels", manifest("1", ", capabilities.add: [CAP_CHOWN]"));
    assertThat(run.status()).isZero();
    assertThat(run.err()).containsOnlyOnce(LINE.formatted("1", ", ignored"));
    assertThat(config())
        .contains("CAP_CHOWN")
        .doesNotContain("CAP_SYS_ADMIN", "\"/host\"", "/run/netns/other", "/run/evil");
  }

  @Test
  void t12AcceptsAMalformedLabelIfIgnored() throws IOException {
    assertThat(build(manifest("wrong", "")).err()).contains("unknown capability");
    assertThat(build("--ignore-labels", manifest("wrong", "")).status()).isZero();
  }

  @Test
  void t12MarksNewRightsOfAnImageInADiff() throws IOException {
    Run run = run("diff", "--no-sbom", "--arch", "amd64", manifest("2", ""), manifest("1", ""));
    String mark = " (by its image's label)\n";
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out())
        .contains("  + services.innocent CAP_SYS_ADMIN" + mark)
        .contains("  + services.innocent bind / → /host" + mark)
        .contains("  + services.innocent the system's pid namespace" + mark)
        .contains("  + services.innocent devices all of type b" + mark)
        .contains("  + services.innocent creates /run/evil in the system" + mark)
        .contains("  + services.innocent binds its net namespace to /run/netns/other" + mark);
    Run own =
        run(
            "diff",
            "--no-sbom",
            "--arch",
            "amd64",
            manifest("0", ""),
            manifest("2", ", capabilities: [CAP_SYS_PTRACE]"));
    assertThat(own.out()).contains("  + services.innocent CAP_SYS_PTRACE\n");
    assertThat(
            run(
                    "diff",
                    "--ignore-labels",
                    "--no-sbom",
                    "--arch",
                    "amd64",
                    manifest("0", ""),
                    manifest("1", ""))
                .out())
        .doesNotContain("services.innocent CAP", "bind");
  }

  @Test
  void t12ShowsTheRightsOfBuiltSystemsInADiff() throws IOException {
    assertThat(build(manifest("1", "")).status()).isZero();
    Run run =
        run("diff", "--no-sbom", "--arch", "amd64", manifest("0", ""), folder.resolve("o.tar"));
    assertThat(run.out())
        .contains("  + services.innocent CAP_SYS_ADMIN\n")
        .contains("  + services.innocent devices all of type b\n")
        .contains("  + services.innocent creates /run/evil in the system\n");
  }
}
