package linuxkit.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hash of a folder around the component's, with {@code --hash-path}. */
class FolderHashTest {
  @TempDir private Path work;
  @TempDir private Path outside;
  private Path component;

  @BeforeEach
  void commit() throws Exception {
    component = Files.createDirectories(work.resolve("parent/component"));
    Files.writeString(component.resolve("build.yml"), "image: x\nfiles: []\n");
    Files.writeString(work.resolve("parent/beside"), "1");
    git("init", "-q");
    git("add", "-A");
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "x");
  }

  private String git(String... words) throws Exception {
    List<String> line = new ArrayList<>(List.of("git", "-C", work.toString()));
    line.addAll(List.of(words));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.strip();
  }

  private String tag(Path hashed) {
    PackageOptions options =
        new PackageOptions(
            Optional.empty(),
            Optional.of(hashed),
            "HEAD",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            "build.yml");
    return PackageFolder.read(component, options, Map.of()).tag();
  }

  @Test
  void changesWithTheContentOfAFolderThatGitIgnores() throws Exception {
    Files.writeString(work.resolve(".gitignore"), "out/\n");
    Path ignored = Files.createDirectories(work.resolve("out/component"));
    Files.writeString(ignored.resolve("build.yml"), "image: x\nfiles: []\n");
    String before = PackageFolder.read(ignored, PackageOptions.DEFAULT, Map.of()).tag();
    assertThat(before).isEqualTo(git("rev-parse", "HEAD:parent/component"));
    Files.writeString(ignored.resolve("more"), "1");
    assertThat(PackageFolder.read(ignored, PackageOptions.DEFAULT, Map.of()).tag())
        .isNotEqualTo(before);
  }

  @Test
  void takesTheHashOfAParent() throws Exception {
    assertThat(tag(work)).isEqualTo(git("rev-parse", "HEAD:"));
    assertThat(tag(work.resolve("parent"))).isEqualTo(git("rev-parse", "HEAD:parent"));
    assertThat(tag(component)).isEqualTo(git("rev-parse", "HEAD:parent/component"));
  }

  @Test
  void followsLinksToTheFolder() throws Exception {
    Path link = Files.createSymbolicLink(outside.resolve("link"), component);
    assertThat(PackageFolder.read(link, PackageOptions.DEFAULT, Map.of()).tag())
        .isEqualTo(git("rev-parse", "HEAD:parent/component"));
  }

  @Test
  void isDirtyIfTheParentIs() throws Exception {
    Files.writeString(work.resolve("parent/beside"), "2");
    assertThat(tag(work)).matches(git("rev-parse", "HEAD:") + "-dirty-[0-9a-f]{7}");
    assertThat(tag(component)).isEqualTo(git("rev-parse", "HEAD:parent/component"));
  }

  @Test
  void refusesAFolderThatDoesNotContainTheComponent() throws Exception {
    Path other = Files.createDirectory(work.resolve("parent/comp"));
    assertThatThrownBy(() -> tag(other)).isInstanceOf(PackageFailure.class);
  }
}
