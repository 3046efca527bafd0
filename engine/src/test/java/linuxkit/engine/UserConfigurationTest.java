package linuxkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import linuxkit.base.FileFailure;
import linuxkit.boot.initrd.InitrdCompression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class UserConfigurationTest {
  @TempDir Path home;

  private Path file() throws IOException {
    return Files.createDirectories(home.resolve(".moby/linuxkit")).resolve("config.yml");
  }

  private UserConfiguration read() {
    return UserConfiguration.of(
        Settings.of(Map.of("HOME", home.toString()), new Distribution(home)));
  }

  @Test
  void followsALinkOfTheUser() throws IOException {
    Path elsewhere =
        Files.writeString(home.resolve("dotfile.yml"), "debian: {mirrors: [http://mirror.test]}\n");
    Files.createSymbolicLink(file(), elsewhere);
    assertThat(read().debianMirrors()).containsExactly("http://mirror.test");
  }

  @Test
  void readsTheCompressionOfInitrds() throws IOException {
    Files.writeString(file(), "initrd: {compression: gzip}\n");
    assertThat(read().initrdCompression()).contains(InitrdCompression.GZIP);
    Files.writeString(file(), "initrd:\n  compression: lz4\n");
    assertThatThrownBy(this::read)
        .hasMessageContaining("config.yml:2:16: ")
        .hasMessageContaining("\"lz4\" is not a compression");
    Files.writeString(file(), "debian: {without: [security]}\n");
    assertThat(read().initrdCompression()).isEmpty();
  }

  @Test
  void takesACopyOfAnArchiveInADirectory() {
    assertThat(mirrors("file:///srv/debian")).containsExactly(URI.create("file:///srv/debian/"));
    assertThatThrownBy(() -> mirrors("ftp://mirror.test/debian"))
        .hasMessageContaining("not the URL of a Debian archive: ftp://mirror.test/debian");
    assertThatThrownBy(() -> mirrors("file://host/debian"))
        .hasMessageContaining("not the URL of a Debian archive: file://host/debian");
  }

  private List<URI> mirrors(String mirror) {
    Settings settings = Settings.of(Map.of("HOME", home.toString()), new Distribution(home));
    return read().debian(settings, List.of(mirror), List.of(), List.of()).mirrors();
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void refusesAPipeInsteadOfWaitingForIt() throws Exception {
    Process mkfifo = new ProcessBuilder("mkfifo", file().toString()).start();
    assertThat(mkfifo.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(this::read)
        .isInstanceOf(FileFailure.class)
        .hasMessageContaining("not a regular file");
  }
}
