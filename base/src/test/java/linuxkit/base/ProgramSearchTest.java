package linuxkit.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramSearchTest {
  private static final String NAME = "linuxkit-test-program";

  @TempDir Path folder;

  private Path program(Path file) throws IOException {
    Files.writeString(file, "#!/bin/sh\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void firstFolderOfThePathCounts() throws IOException {
    Path first = program(Files.createDirectory(folder.resolve("a")).resolve(NAME));
    Path other = program(Files.createDirectory(folder.resolve("b")).resolve(NAME));
    Files.createDirectories(folder.resolve("c").resolve(NAME));
    String path = folder + "/c:" + first.getParent() + ":" + other.getParent();
    assertThat(ProgramSearch.find(NAME, Map.of("PATH", path))).contains(first);
  }

  /** The threat T6. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", ":", ".", "./", "..", ":/nowhere", "/nowhere:", "/nowhere::", "target"})
  void t6WorkingDirectoryIsNotSearched(String path) throws IOException {
    Path here = program(Path.of(NAME));
    try {
      assertThat(ProgramSearch.find(NAME, Map.of("PATH", path))).isEmpty();
      assertThat(ProgramSearch.find(NAME, Map.of())).isEmpty();
      assertThat(ProgramSearch.findNamed(NAME, Map.of("PATH", path))).isEmpty();
      // A path that the user names is another matter.
      assertThat(ProgramSearch.findNamed("./" + NAME, Map.of()).map(Path::normalize))
          .contains(here.toAbsolutePath());
    } finally {
      Files.delete(here);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "../b", "/bin/sh", "", "\0"})
  void t6NameFromAFileIsNoPath(String name) {
    assertThat(ProgramSearch.find(name, Map.of("PATH", "/usr/bin:/bin"))).isEmpty();
  }

  @Test
  void programsOfTheSystemAreFoundWithoutAPath() {
    assertThat(ProgramSearch.find("sh", Map.of())).isPresent();
    assertThat(ProgramSearch.find("sh", Map.of("PATH", ""))).isPresent();
  }
}
