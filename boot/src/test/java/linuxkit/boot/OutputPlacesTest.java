package linuxkit.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.base.Failure;
import linuxkit.base.FileFailure;
import org.junit.jupiter.api.Test;

/** Puts artefacts in places where other files may already be. */
class OutputPlacesTest extends OutputsFixture {
  @Test
  void followsAndKeepsLinksToFiles() throws Exception {
    Path link = Files.createSymbolicLink(out.resolve("link.tar"), Path.of("..", "real.tar"));
    assertThat(outputs.write(Systems.full(), Formats.TAR, link)).hasSize(1);
    assertThat(link).isSymbolicLink();
    assertThat(directory.resolve("real.tar")).isRegularFile().isNotEmptyFile();
  }

  @Test
  void writesDirectlyToAFileThatIsOpen() throws Exception {
    Path file = directory.resolve("open");
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    outputs.stream(Systems.full(), Formats.TAR, stream);
    try (FileOutputStream open = new FileOutputStream(file.toFile());
        Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      Path descriptor = descriptors.filter(fd -> isTo(fd, file)).findFirst().orElseThrow();
      Path link = Files.createSymbolicLink(out.resolve("stdout"), descriptor);
      assertThat(outputs.write(Systems.full(), Formats.TAR, link)).isEmpty();
      assertThat(link).isSymbolicLink();
      assertThat(open.getChannel().size()).isEqualTo(stream.size());
    }
    assertThat(file).hasBinaryContent(stream.toByteArray());
  }

  private static boolean isTo(Path descriptor, Path file) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file.toRealPath());
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void reportsADirectoryInTheWayBeforeReplacingAnything() throws Exception {
    Files.writeString(out.resolve("web-kernel"), "old");
    Files.createDirectory(out.resolve("web-cmdline"));
    assertThatThrownBy(
            () -> outputs.write(Systems.full(), List.of(Formats.KERNEL_INITRD), out, "web"))
        .isInstanceOf(FileFailure.class)
        .hasMessageContaining("web-cmdline")
        .hasMessageContaining("irectory");
    assertThat(out.resolve("web-kernel")).hasContent("old");
    assertThat(names()).containsExactlyInAnyOrder("web-kernel", "web-cmdline");
  }

  @Test
  void reportsANameThatIsTooLongBeforeReplacingAnything() {
    String name = "n".repeat(255 - "-kernel".length());
    assertThatThrownBy(
            () -> outputs.write(Systems.full(), List.of(Formats.KERNEL_INITRD), out, name))
        .isInstanceOf(FileFailure.class)
        .hasMessageContaining("name too long");
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void leavesAnUnchangedArtefactAsItIs() throws Exception {
    outputs.write(Systems.full(), List.of(Formats.KERNEL_INITRD), out, "web");
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    for (String name : names()) {
      Files.setLastModifiedTime(out.resolve(name), old);
    }
    outputs.write(Systems.withOtherWeb(), List.of(Formats.KERNEL_INITRD), out, "web");
    assertThat(Files.getLastModifiedTime(out.resolve("web-kernel"))).isEqualTo(old);
    assertThat(Files.getLastModifiedTime(out.resolve("web-cmdline"))).isEqualTo(old);
    assertThat(Files.getLastModifiedTime(out.resolve("web-initrd.img"))).isGreaterThan(old);

    Path fresh = Files.createDirectory(directory.resolve("fresh"));
    outputs.write(Systems.withOtherWeb(), List.of(Formats.KERNEL_INITRD), fresh, "web");
    assertThat(out.resolve("web-initrd.img"))
        .hasSameBinaryContentAs(fresh.resolve("web-initrd.img"));
  }

  @Test
  void replacesLongerAndShorterFilesAndLinks() throws Exception {
    outputs.write(Systems.full(), List.of(Formats.KERNEL_INITRD), out, "web");
    Files.writeString(out.resolve("web-kernel"), "the kernel and more");
    Files.writeString(out.resolve("web-cmdline"), "console");
    Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "not ours");
    Files.delete(out.resolve("web-initrd.img"));
    Files.createSymbolicLink(out.resolve("web-initrd.img"), elsewhere);
    outputs.write(Systems.full(), List.of(Formats.KERNEL_INITRD), out, "web");
    assertThat(out.resolve("web-kernel")).hasContent("the kernel");
    assertThat(out.resolve("web-cmdline")).hasContent("console=ttyS0");
    assertThat(out.resolve("web-initrd.img")).isRegularFile();
    assertThat(elsewhere).hasContent("not ours");
  }

  @Test
  void leavesNoArtefactOfAFailedBuild() throws Exception {
    Files.writeString(out.resolve("web.tar"), "old");
    for (List<Format> formats :
        List.<List<Format>>of(
            List.of(Formats.KERNEL_INITRD), List.of(Formats.TAR), WITHOUT_LOADERS)) {
      assertThatThrownBy(() -> outputs.write(Systems.unreadable(), formats, out, "web"))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("the disk is broken");
      assertThat(names()).containsExactly("web.tar");
      assertThat(out.resolve("web.tar")).hasContent("old");
    }
    assertThatThrownBy(
            () -> outputs.write(Systems.unreadable(), List.of(Formats.KERNEL_INITRD), out, "web"))
        .isInstanceOf(FileFailure.class)
        .hasMessage("cannot read etc/broken: the disk is broken");
  }

  @Test
  void removesAStaleFirstStageOnlyOnSuccess() throws Exception {
    Path stale = Files.writeString(out.resolve("web-squashfs-initrd.img"), "for another kernel");
    List<Format> formats = List.of(Formats.named("kernel+squashfs"));
    assertThatThrownBy(() -> outputs.write(Systems.unreadable(), formats, out, "web"))
        .isInstanceOf(Failure.class);
    assertThat(stale).exists();

    Files.writeString(out.resolve("web-initrd.img"), "of another format");
    outputs.write(Systems.full(), formats, out, "web");
    assertThat(names())
        .containsExactlyInAnyOrder(
            "web-kernel", "web-squashfs.img", "web-cmdline", "web-initrd.img");
  }

  @Test
  void refusesAMissingDirectory() {
    assertThatThrownBy(
            () ->
                outputs.write(
                    Systems.full(), List.of(Formats.TAR), directory.resolve("gone"), "web"))
        .isInstanceOf(FileFailure.class)
        .hasMessageContaining("no such file or directory");
  }

  @Test
  void writesIntoAPipeWithoutReplacingIt() throws Exception {
    Path pipe = directory.resolve("pipe");
    Path copy = directory.resolve("copy");
    InitrdTools.run(directory, new byte[0], "mkfifo", pipe.toString());
    Process reader =
        new ProcessBuilder("cat", pipe.toString()).redirectOutput(copy.toFile()).start();
    outputs.write(Systems.full(), Formats.TAR, pipe);
    assertThat(reader.waitFor()).isZero();
    outputs.write(Systems.full(), Formats.TAR, out.resolve("web.tar"));
    assertThat(copy).hasSameBinaryContentAs(out.resolve("web.tar"));
    assertThat(Files.isRegularFile(pipe)).isFalse();
  }
}
