package linuxkit.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFailureTest {
  private static final Path FILE = Path.of("some", "file");

  private static FileFailure of(IOException cause) {
    return FileFailure.of("cannot read", FILE, cause);
  }

  @Test
  void reportsFaultPlaceAndRemedy() {
    FileFailure failure = of(new NoSuchFileException("some/file"));
    assertThat(failure.what()).isEqualTo("cannot read: no such file or directory");
    assertThat(failure.where()).isEqualTo(FILE.toString());
    assertThat(failure.hint()).isEqualTo("check the path");
    assertThat(failure).hasMessage(FILE + ": cannot read: no such file or directory");
  }

  @Test
  void takesThePathFromTheException() {
    assertThat(FileFailure.of("cannot read the kernel", new AccessDeniedException("some/file")))
        .hasMessage("some/file: cannot read the kernel: permission denied");
    assertThat(FileFailure.of("cannot read the kernel", new IOException("Input/output error")))
        .hasMessage("cannot read the kernel: Input/output error");
  }

  @Test
  void knowsTheExceptionsOfTheJdk() {
    assertThat(of(new FileNotFoundException("x")).what()).endsWith("no such file or directory");
    assertThat(of(new AccessDeniedException("x")).what()).endsWith("permission denied");
    assertThat(of(new FileAlreadyExistsException("x")).what()).endsWith("file already exists");
    assertThat(of(new NotDirectoryException("x")).what()).endsWith("not a directory");
  }

  @Test
  void namesTheFolderThatRootLeftBehind(@TempDir Path folder) throws IOException {
    Path home = Files.createDirectory(folder.resolve("home"));
    Path cache = Files.createDirectories(home.resolve(".linuxkit/cache"));
    assumeThat(Files.getAttribute(home, "unix:uid")).as("only root gives away").isEqualTo(0);
    Files.setAttribute(home, "unix:uid", 1000);
    Path file = cache.resolve("index.json");
    assertThat(FileFailure.of("cannot read", file, new AccessDeniedException("x")).hint())
        .isEqualTo(
            "%1$s belongs to root: run 'sudo chown -R 1000 %1$s'"
                .formatted(home.resolve(".linuxkit")));
  }

  @Test
  void fullDiskHasAHint() {
    assertThat(of(new IOException("No space left on device")).hint()).contains("free some space");
    assertThat(of(new FileSystemException("x", null, "No space left on device")).hint())
        .contains("free some space");
  }

  @Test
  void reportsTheReasonOfTheOperatingSystem() {
    assertThat(of(new FileSystemException("x", null, "Is a directory")).what())
        .isEqualTo("cannot read: Is a directory");
    assertThat(of(new IOException()).what()).isEqualTo("cannot read: IOException");
  }
}
