package linuxkit.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Checks every disk format that a guest can write to. */
public abstract class WritableDiskContract extends DiskFormatContract {
  private final String name;

  protected WritableDiskContract(DiskFormat format, String name, long maxSize, long maxEmptyFile) {
    super(format, name, maxSize, maxEmptyFile);
    this.name = name;
  }

  @Test
  void keepsWhatTheGuestWrites() throws Exception {
    Path file = write(disk(20 * MIB), "disk");
    DiskTools.run("qemu-io", "-f", name, "-c", "write -P 7 0 20M", file);
    check(file);
    assertThat(DiskTools.run("qemu-io", "-f", name, "-c", "read -P 7 0 20M", file))
        .doesNotContain("failed")
        .contains("read 20971520/20971520 bytes");
  }
}
