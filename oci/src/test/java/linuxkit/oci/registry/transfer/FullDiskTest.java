package linuxkit.oci.registry.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.oci.OciTools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
  /**
   * Runs on a small file system that only the child process sees. Without root, a user namespace
   * allows mounting it.
   */
  @Test
  void reportsAFullDiskAndKeepsTheStoreIntact(@TempDir Path directory) throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String user = Files.getAttribute(directory, "unix:uid").equals(0) ? "" : "--map-root-user";
    String output =
        OciTools.run(
            directory,
            "sh",
            "-c",
            "exec unshare "
                + user
                + " --mount sh -c 'mount -t tmpfs -o size=2m none \"$1\" && exec \"$2\" -cp \"$3\" \"$4\" \"$1\"'"
                + " sh \"$@\"",
            "sh",
            disk.toString(),
            java,
            System.getProperty("java.class.path"),
            FullDisk.class.getName());
    assertThat(output)
        .containsPattern("pull: full at [0-9]{2} places")
        .containsPattern("import: full at [0-9]+ places")
        .containsPattern("build: full at [0-9]+ places")
        .containsPattern("name: full at [0-9]+ places")
        .contains("rm: on a full disk")
        .contains("no index: on a full disk")
        .contains("clean: on a full disk");
  }
}
