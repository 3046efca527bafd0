package linuxkit.oci.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.fixtures.ProgressLog;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.ImageGate;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.TestTar;
import linuxkit.oci.store.ImageStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerEngineTest {
  private static final Platform HERE = Platform.host();

  @TempDir Path directory;

  private final ProgressLog progress = new ProgressLog();
  private final List<Reference> asked = new ArrayList<>();
  private ImageStore store;

  /** The source of images that the engine lacks. */
  private final Images others =
      new Images() {
        @Override
        public Image find(Reference reference, Platform platform) {
          asked.add(reference);
          throw new OtherSource();
        }

        @Override
        public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
          asked.add(reference);
          throw new OtherSource();
        }
      };

  private static final class OtherSource extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @BeforeEach
  void open() throws IOException {
    store = ImageStore.open(Files.createDirectory(directory.resolve("store")), Progress.silent());
  }

  private DockerEngine engine(String host) {
    return DockerEngine.of(Map.of("DOCKER_HOST", host), store, others, ImageGate.OPEN, progress);
  }

  private boolean comesFromOtherSource(DockerEngine engine, String name, Platform platform) {
    try {
      engine.find(Reference.parse(name), platform);
      return false;
    } catch (OtherSource e) {
      return true;
    }
  }

  @Test
  void exportsItsImagesAndLeavesOthersToTheNextSource() throws Exception {
    Path layer = directory.resolve("layer.tar");
    Files.write(layer, new TestTar().directory("etc/").file("etc/x", "x").bytes());
    Path home = Files.createDirectory(directory.resolve("d"));
    try (DockerDaemon daemon = DockerDaemon.start(home)) {
      daemon.docker(
          "import", "--change", "CMD [\"/etc/x\"]", layer.toString(), "example.org/engine:1");
      daemon.docker("tag", "example.org/engine:1", "short:latest");
      DockerEngine engine = engine("unix://" + home.resolve("docker.sock"));
      for (String name : List.of("example.org/engine:1", "short")) {
        Image image = engine.find(Reference.parse(name), HERE);
        List<String> paths = new ArrayList<>();
        FileTree tree = image.tree();
        tree.walk(entry -> paths.add(entry.path()));
        assertThat(paths).containsExactly("etc", "etc/x");
        assertThat(image.config().process().cmd()).containsExactly("/etc/x");
      }
      // The image has no name in the store.
      assertThat(store.list()).isEmpty();
      assertThat(asked).isEmpty();
      assertThat(comesFromOtherSource(engine, "example.org/none:1", HERE)).isTrue();
      String other = HERE.architecture().equals("amd64") ? "arm64" : "amd64";
      assertThat(comesFromOtherSource(engine, "short", Platform.linux(other))).isTrue();
      assertThat(progress.warnings()).isEmpty();
    }
  }

  @Test
  void ignoresAnEngineThatDoesNotAnswer() throws Exception {
    Path nothing = directory.resolve("none.sock");
    assertThat(comesFromOtherSource(engine("unix://" + nothing), "a/b:1", HERE)).isTrue();
    assertThat(progress.warnings())
        .singleElement()
        .asString()
        .startsWith("the Docker Engine's image docker.io/a/b:1 cannot be exported: ");
  }

  @Test
  void doesNotAskEnginesAtOtherAddresses() {
    assertThat(comesFromOtherSource(engine("npipe:////./pipe/docker"), "a/b:1", HERE)).isTrue();
    assertThat(progress.warnings())
        .containsExactly(
            "DOCKER_HOST is npipe:////./pipe/docker, but only unix://, tcp:// and ssh:// are"
                + " supported");
  }

  @Test
  void ignoresInvalidResponses() throws Exception {
    for (String answer :
        List.of(
            "",
            "HTTP/1.1 200 OK\r\n",
            "SSH-2.0\r\n\r\n",
            "HTTP/1.1 500 x\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\nno JSON",
            "HTTP/1.1 200 OK\r\n\r\n{\"Id\": \"../../x y\", \"Architecture\": \"\"}")) {
      Path socket = directory.resolve("s" + answer.length() + ".sock");
      try (FakeEngine _ = FakeEngine.answering(socket, answer.getBytes(StandardCharsets.UTF_8))) {
        progress.warnings().clear();
        assertThat(comesFromOtherSource(engine("unix://" + socket), "a/b:1", HERE))
            .as(answer)
            .isTrue();
        assertThat(progress.warnings()).as(answer).hasSize(1);
      }
    }
  }
}
