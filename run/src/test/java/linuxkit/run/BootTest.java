package linuxkit.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootTest {
  @TempDir Path folder;

  private Path with(String... names) throws IOException {
    for (String name : names) {
      Files.createFile(folder.resolve(name));
    }
    return folder.resolve("web");
  }

  @Test
  void kernelAndInitrdByTheirPrefix() throws IOException {
    Path prefix = with("web-kernel", "web-initrd.img", "web-cmdline");
    assertThat(Boot.detect(prefix, Optional.empty()))
        .isEqualTo(
            new Boot.Kernel(
                folder.resolve("web-kernel"),
                folder.resolve("web-initrd.img"),
                folder.resolve("web-cmdline")));
  }

  @Test
  void squashfsGoesBeforeInitrd() throws IOException {
    Path prefix = with("web-kernel", "web-initrd.img", "web-squashfs.img", "web-cmdline");
    assertThat(Boot.detect(prefix, Optional.empty())).isInstanceOf(Boot.Root.class);
    assertThat(Boot.detect(prefix, Optional.of(BootMode.KERNEL))).isInstanceOf(Boot.Kernel.class);
  }

  @Test
  void aFileIsAnIsoOrADisk() throws IOException {
    Path prefix = with("web", "web.iso");
    assertThat(Boot.detect(prefix, Optional.empty())).isEqualTo(new Boot.Disk(prefix));
    Boot iso = new Boot.Iso(folder.resolve("web.iso"));
    assertThat(Boot.detect(folder.resolve("web.iso"), Optional.empty())).isEqualTo(iso);
    assertThat(Boot.detect(prefix, Optional.of(BootMode.ISO))).isEqualTo(iso);
  }

  @ParameterizedTest
  @ValueSource(strings = {"web.img", "web-efi.img", "web.qcow2", "web.vmdk"})
  void theDiskOfAName(String disk) throws IOException {
    assertThat(Boot.detect(with(disk), Optional.empty()))
        .isEqualTo(new Boot.Disk(folder.resolve(disk)));
  }

  @Test
  void severalOfANameAreNamed() throws IOException {
    Path prefix = with("web.img", "web.iso");
    assertThatThrownBy(() -> Boot.detect(prefix, Optional.empty()))
        .isInstanceOfSatisfying(
            GuestFailure.class,
            failure -> assertThat(failure.hint()).contains("web.img or ").contains("web.iso"));
  }

  @Test
  void compressedDisksAreToBeUnpacked() throws IOException {
    with("web.img.zst");
    assertThatThrownBy(() -> Boot.detect(folder.resolve("web.img.zst"), Optional.empty()))
        .isInstanceOf(GuestFailure.class)
        .hasMessageContaining("cannot start a compressed disk");
  }

  @Test
  void whatIsNotThereIsNamed() throws IOException {
    Path prefix = with("web-kernel", "web-cmdline");
    assertThatThrownBy(() -> Boot.detect(prefix, Optional.empty()))
        .isInstanceOf(GuestFailure.class)
        .hasMessageContaining("web-initrd.img");
    assertThatThrownBy(() -> Boot.detect(folder.resolve("other"), Optional.empty()))
        .isInstanceOf(GuestFailure.class)
        .hasMessageContaining("other");
  }

  @Test
  void aDirectoryIsNoImage() {
    for (Path directory : List.of(folder, folder.getRoot())) {
      assertThatThrownBy(() -> Boot.detect(directory, Optional.empty()))
          .isInstanceOf(GuestFailure.class)
          .hasMessageContaining("cannot boot a directory");
    }
  }
}
