package linuxkit.run.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.run.GuestFailure;
import linuxkit.run.MissingProgramFailure;
import linuxkit.run.OptionFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFoldersTest {
  @TempDir Path folder;

  private SharedFolders shared(String script) throws IOException {
    Path daemon = folder.resolve("daemon");
    Files.writeString(daemon, "#!/bin/sh\n" + script);
    assertThat(daemon.toFile().setExecutable(true)).isTrue();
    return new SharedFolders(
        List.of(Files.createDirectories(folder.resolve("data"))), Optional.of(daemon.toString()));
  }

  private List<Process> start(SharedFolders shares) {
    return shares.start(Path.of("/usr/bin/qemu"), folder, Map.of());
  }

  @Test
  void hasTheArgumentsOfLinuxKit() {
    assertThat(
            SharedFolders.options(List.of(Path.of("/s/virtiofs0"), Path.of("/s/virtiofs1")), 512))
        .containsExactly(
            "-object",
            "memory-backend-memfd,id=mem,size=512M,share=on",
            "-numa",
            "node,memdev=mem",
            "-chardev",
            "socket,id=char0,path=/s/virtiofs0",
            "-device",
            "vhost-user-fs-pci,chardev=char0,tag=virtiofs0",
            "-chardev",
            "socket,id=char1,path=/s/virtiofs1",
            "-device",
            "vhost-user-fs-pci,chardev=char1,tag=virtiofs1");
    assertThat(SharedFolders.options(List.of(), 512)).isEmpty();
  }

  @Test
  void startsADaemonForEachFolderAndEndsIt() throws Exception {
    SharedFolders shares =
        shared("echo \"$@\" > %s/args; : > %s/virtiofs0; exec sleep 60".formatted(folder, folder));
    List<Process> daemons = start(shares);
    assertThat(daemons).hasSize(1);
    assertThat(folder.resolve("args"))
        .content()
        .isEqualTo("--socket-path=%s/virtiofs0 -o source=%s/data\n".formatted(folder, folder));
    SharedFolders.stop(daemons);
    assertThat(daemons.getFirst().waitFor()).isNotZero();
  }

  @Test
  void reportsFoldersAndDaemonsThatCannotBeUsed() throws IOException {
    assertThatThrownBy(() -> start(shared("exit 3")))
        .isInstanceOf(GuestFailure.class)
        .hasMessageContaining("virtiofsd ended with status 3");
    assertThatThrownBy(
            () ->
                start(new SharedFolders(List.of(folder.resolve("none")), Optional.of("/bin/true"))))
        .isInstanceOf(OptionFailure.class)
        .hasMessageContaining("not a directory");
    assertThatThrownBy(
            () -> start(new SharedFolders(List.of(folder), Optional.of("no-such-daemon"))))
        .isInstanceOf(MissingProgramFailure.class);
  }
}
