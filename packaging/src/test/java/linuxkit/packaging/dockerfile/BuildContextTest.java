package linuxkit.packaging.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildContextTest {
  @TempDir private Path temporary;
  private Path folder;
  private BuildContext context;

  @BeforeEach
  void aFolder() throws Exception {
    folder = Files.createDirectories(temporary.resolve("app"));
    Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\n");
    Files.createSymbolicLink(folder.resolve("link"), Path.of("Dockerfile"));
    Files.createSymbolicLink(folder.resolve("out"), temporary);
    context = new BuildContext(folder, temporary.resolve("copy"));
  }

  @Test
  void isTheFolderUnlessSomethingIsAdded() {
    assertThat(context.path()).isEqualTo(folder);
    assertThat(temporary.resolve("copy")).doesNotExist();
  }

  @Test
  void copiesTheFolderToAddToIt() throws Exception {
    Path extra = Files.createDirectories(temporary.resolve("extra/deep"));
    Files.writeString(extra.resolve("file"), "extra");
    context.add(temporary.resolve("extra"), "/lib");
    Path copy = context.path();
    assertThat(copy).isEqualTo(temporary.resolve("copy"));
    assertThat(copy.resolve("lib/deep/file")).hasContent("extra");
    assertThat(Files.readSymbolicLink(copy.resolve("link"))).isEqualTo(Path.of("Dockerfile"));
    assertThat(folder.resolve("lib")).doesNotExist();
  }

  @Test
  void leavesOutTheRepository() throws Exception {
    Files.createDirectories(folder.resolve(".git"));
    assertThat(context.path().resolve(".git")).doesNotExist();
    assertThat(context.path().resolve("Dockerfile")).exists();
  }

  @Test
  void doesNotWriteOutsideTheCopy() {
    for (String path : new String[] {"../x", "out/x", "a/../../x"}) {
      assertThatThrownBy(() -> context.file(path))
          .isInstanceOf(DockerfileFailure.class)
          .hasMessageContaining(path);
    }
    assertThat(temporary.resolve("x")).doesNotExist();
  }
}
