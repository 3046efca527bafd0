package linuxkit.packaging.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlobsTest {
  @TempDir private Path folder;

  private List<String> match(String pattern) {
    return Globs.directories(folder.resolve("pkg/me"), pattern).stream()
        .map(path -> folder.relativize(path.normalize()).toString())
        .toList();
  }

  @Test
  void findsDirectoriesAsGoDoes() throws Exception {
    for (String name : List.of("pkg/me", "pkg/b", "pkg/a1", "pkg/.hidden", "pkg/{x,y}")) {
      Files.createDirectories(folder.resolve(name));
    }
    Files.writeString(folder.resolve("pkg/file"), "");
    assertThat(match("../*")).containsExactly("pkg/a1", "pkg/b", "pkg/me", "pkg/{x,y}");
    assertThat(match("../[ab]*")).containsExactly("pkg/a1", "pkg/b");
    assertThat(match("../[^a]?")).containsExactly("pkg/me");
    assertThat(match("../{x,y}")).containsExactly("pkg/{x,y}");
    assertThat(match(folder + "/p*/b")).containsExactly("pkg/b");
    assertThat(match("../nothing*/b")).isEmpty();
  }

  @Test
  void endsSoonForPatternsOfAnAttacker() throws Exception {
    for (int i = 0; i < 20; i++) {
      Files.createDirectories(folder.resolve("pkg/me/" + i));
    }
    Files.createDirectories(folder.resolve("pkg/me/" + "a".repeat(250)));
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertThat(match("*/..".repeat(10).replace("..*", "../*"))).containsExactly("pkg/me");
          assertThat(match("*a".repeat(100) + "*b")).isEmpty();
          assertThat(match("*a".repeat(100) + "*")).hasSize(1);
        });
    for (int i = 0; i < 20; i++) {
      Files.createSymbolicLink(folder.resolve("pkg/me/l" + i), Path.of("."));
    }
    assertThatThrownBy(() -> match("*/*/*/*/*/*"))
        .isInstanceOf(DockerfileFailure.class)
        .hasMessageContaining("it matches more than 10,000 folders");
    assertThatThrownBy(() -> match("[z-a]")).isInstanceOf(DockerfileFailure.class);
  }
}
