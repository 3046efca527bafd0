package linuxkit.run.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.run.BootImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The threat T4 by links: files of a guest that are files of this machine. */
class BootLinksTest {
  @TempDir Path folder;

  @Test
  void t4LinkOutOfTheFolderIsReported() throws Exception {
    Path secret = Files.createFile(folder.resolve("secret"));
    Path repository = Files.createDirectory(folder.resolve("repository"));
    Path kernel = Files.createFile(repository.resolve("web-kernel"));
    Path commandLine =
        Files.createSymbolicLink(repository.resolve("web-cmdline"), Path.of("web-kernel"));
    Path initrd =
        Files.createSymbolicLink(repository.resolve("web-initrd.img"), Path.of("../secret"));
    Path root = Files.createFile(repository.resolve("web-squashfs.img"));
    List<String> lines = new ArrayList<>();
    Progress log =
        new Progress() {
          @Override
          public void info(String line) {}

          @Override
          public void warn(String line) {
            lines.add(line);
          }

          @Override
          public void detail(String line) {}

          @Override
          public Task begin(String label, long total) {
            return Progress.silent().begin(label, total);
          }
        };
    BootLinks.report(new BootImage.Kernel(kernel, initrd, commandLine), log);
    assertThat(lines)
        .containsExactly(
            initrd + " is a link to " + secret.toRealPath() + ", which the guest can read");
    lines.clear();
    BootLinks.report(new BootImage.Root(kernel, root, Optional.of(initrd), commandLine), log);
    assertThat(lines).hasSize(1);
  }
}
