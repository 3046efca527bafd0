package linuxkit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds the examples of {@code docs/yaml.md} unchanged, with one image under every name that they
 * use: a kernel, its modules and microcode, and nothing that runs.
 */
class ReferenceBuildTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("^```yaml\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern IMAGE =
      Pattern.compile("\"?\\b([a-z0-9.]+(?:/[a-z0-9.-]+)*:[0-9][0-9.]*)\\b");

  @TempDir Path folder;

  private Run run(String... args) {
    Run run =
        Run.of(
            Map.of("HOME", folder.toString(), "LINUXKIT_CACHE", folder.resolve("cache").toString()),
            args);
    assertThat(run.status()).as(run.err()).isZero();
    return run;
  }

  private Path component(String path) throws IOException {
    Path component = Files.createDirectories(folder.resolve(path));
    byte[] builtIn = "kernel/virtio_net.ko\nkernel/ext4.ko\n".getBytes(UTF_8);
    Files.write(
        component.resolve("kernel.tar"),
        SavedImage.tar(Map.of("lib/modules/6.12/modules.builtin", builtIn)));
    Files.writeString(
        component.resolve("build.yml"),
        """
        image: stand-in
        files:
        - {path: /kernel, contents: k}
        - {path: /kernel.tar, source: kernel.tar}
        - {path: /intel-ucode.cpio, contents: u}
        """);
    return component;
  }

  @Test
  void buildsEveryExample() throws IOException {
    List<String> examples =
        EXAMPLE
            .matcher(Files.readString(Path.of("../docs/yaml.md")))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(examples).hasSizeGreaterThan(10);
    Path standIn = component("pkg/setup");
    String name = run("pkg", "build", standIn.toString()).out().strip();
    Path archive = folder.resolve("stand-in.tar");
    run("cache", "export", "--platform", "all", "--outfile", archive.toString(), name);
    Set<String> images = new TreeSet<>();
    for (String example : examples) {
      IMAGE.matcher(example).results().map(match -> match.group(1)).forEach(images::add);
    }
    assertThat(images).contains("linuxkit/kernel:6.12", "nginx:1.29", "example.org/apps:2");
    for (String image : images) {
      run("cache", "import", "--name", image, archive.toString());
    }
    Path manifests = Files.createDirectory(folder.resolve("manifests"));
    // An example names it; it applies to the others as well, because it lies beside them.
    Files.writeString(
        manifests.resolve("trust.yml"),
        """
        version: 1
        default: allow
        rules:
        - {image: docker.io/library, accept: unsigned, reason: a test}
        """);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      Path file = manifests.resolve(i + ".yml");
      all.add(Files.writeString(file, examples.get(i)).toString());
      run("-q", "build", "--arch", "amd64", "-f", "tar", "--dir", folder.toString(), all.getLast());
      assertThat(folder.resolve(i + ".tar")).isNotEmptyFile();
    }
    // The last two are shown to be one system.
    String base = all.get(all.size() - 2);
    run("-q", "build", "--name", "merged", "--dir", folder.toString(), base, all.getLast());
    assertThat(folder.resolve("merged-cmdline")).hasContent("console=ttyAMA0 quiet");
  }
}
