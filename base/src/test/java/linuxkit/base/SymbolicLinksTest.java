package linuxkit.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SymbolicLinksTest {
  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void write() throws IOException {
    folder = Files.createDirectories(temporary.resolve("a/b"));
    Files.writeString(folder.resolve("file"), "x");
    Files.writeString(temporary.resolve("a/outside"), "x");
  }

  private Path link(String name, String target) throws IOException {
    return Files.createSymbolicLink(folder.resolve(name), Path.of(target));
  }

  @Test
  void linksWithinTheirFolderDoNotLeadOut() throws IOException {
    assertThat(SymbolicLinks.leadOut(folder.resolve("file"))).isFalse();
    assertThat(SymbolicLinks.leadOut(folder.resolve("missing"))).isFalse();
    assertThat(SymbolicLinks.leadOut(link("l", "file"))).isFalse();
  }

  @Test
  void linksToOtherFoldersLeadOutWhereverTheyLie() throws IOException {
    assertThat(SymbolicLinks.leadOut(link("l", "../outside"))).isTrue();
    assertThat(SymbolicLinks.leadOut(link("first", "l"))).isTrue();
    assertThat(SymbolicLinks.leadOut(link("up", "..").resolve("outside"))).isTrue();
    assertThat(SymbolicLinks.leadOut(link("broken", "missing"))).isTrue();
    assertThat(SymbolicLinks.leadOut(folder.resolve("up/../b/file"))).isTrue();
  }

  @Test
  void resolvesAsMuchAsExists() throws IOException {
    Path real = temporary.toRealPath();
    link("up", "..");
    assertThat(SymbolicLinks.resolve(folder.resolve("up/outside")))
        .isEqualTo(real.resolve("a/outside"));
    assertThat(SymbolicLinks.resolve(folder.resolve("up/x/y"))).isEqualTo(real.resolve("a/x/y"));
  }
}
