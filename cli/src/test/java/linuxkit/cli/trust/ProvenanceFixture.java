package linuxkit.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.cli.Run;
import linuxkit.cli.SavedImage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A build with provenance, of an image that is only in the store. */
abstract class ProvenanceFixture {
  @TempDir Path folder;
  Path manifest;
  Path source;
  Path provenance;
  Path tar;

  @BeforeEach
  void build() throws IOException {
    Path archive = SavedImage.write(folder.resolve("app.tar"), "app:1", "amd64", "");
    assertThat(run("cache", "import", archive).status()).isZero();
    source = Files.writeString(folder.resolve("source.txt"), "0123456789");
    manifest =
        Files.writeString(
            folder.resolve("system.yml"),
            """
            services: [{name: app, image: "app:1", command: [/greeting]}]
            files: [{path: etc/taken, source: "%s"}, {path: etc/given, contents: abc}]
            """
                .formatted(source));
    provenance = folder.resolve("system.json");
    tar = folder.resolve("system.tar");
    assertThat(build("--provenance", provenance).status()).isZero();
  }

  Run run(Object... args) {
    return run(folder, args);
  }

  Run run(Path home, Object... args) {
    List<String> all = new ArrayList<>(List.of("--cache", folder.resolve("cache").toString()));
    for (Object arg : args) {
      all.add(arg.toString());
    }
    return Run.of(Map.of("HOME", home.toString()), all.toArray(String[]::new));
  }

  Run build(Object... flags) {
    List<Object> all = new ArrayList<>(List.of("build", "--arch", "amd64", "--dir", folder));
    all.addAll(List.of("--format", "tar,kernel+initrd"));
    all.addAll(List.of(flags));
    all.add(manifest);
    return run(all.toArray());
  }

  Run verify(Object... args) {
    List<Object> all = new ArrayList<>(List.of("verify", tar, "--provenance", provenance));
    all.addAll(List.of(args));
    if (all.contains("--rebuild")) {
      all.addAll(List.of("--allow-source", folder));
    }
    return run(all.toArray());
  }

  static void refused(Run run, String... texts) {
    assertThat(run.out() + run.err()).contains(texts).doesNotContain("\tat ");
    assertThat(run.status()).isEqualTo(1);
  }

  void edit(String from, String to) throws IOException {
    String text = Files.readString(provenance);
    assertThat(text).contains(from);
    Files.writeString(provenance, text.replace(from, to));
  }
}
