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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BootSourceTest {
  @TempDir Path folder;

  private Path with(String... names) throws IOException {
    for (String name : names) {
      Files.writeString(folder.resolve(name), "x");
    }
    return folder.resolve("web");
  }

  private static BootImage detect(Path path, Optional<BootMode> mode) {
    return new BootSource(path, mode).detect();
  }

  @ParameterizedTest
  @CsvSource({"web, web-state", "web.iso, web-state", "web.img, web.img-state"})
  void putsTheStateDirectoryNextToTheImage(String image, String state) {
    assertThat(new BootSource(folder.resolve(image), Optional.empty()).stateDirectory())
        .isEqualTo(folder.resolve(state));
  }

  @Test
  void findsKernelAndInitrdByTheirPrefix() throws IOException {
    Path prefix = with("web-kernel", "web-initrd.img", "web-cmdline");
    assertThat(detect(prefix, Optional.empty()))
        .isEqualTo(
            new BootImage.Kernel(
                folder.resolve("web-kernel"),
                folder.resolve("web-initrd.img"),
                folder.resolve("web-cmdline")));
  }

  @Test
  void prefersSquashfsToAnInitrd() throws IOException {
    Path prefix = with("web-kernel", "web-initrd.img", "web-squashfs.img", "web-cmdline");
    assertThat(detect(prefix, Optional.empty())).isInstanceOf(BootImage.Root.class);
    assertThat(detect(prefix, Optional.of(BootMode.KERNEL))).isInstanceOf(BootImage.Kernel.class);
  }

  @Test
  void recognizesExistingFilesAsIsoOrDisk() throws IOException {
    Path prefix = with("web", "web.iso");
    assertThat(detect(prefix, Optional.empty())).isEqualTo(new BootImage.Disk(prefix));
    BootImage iso = new BootImage.Iso(folder.resolve("web.iso"));
    assertThat(detect(folder.resolve("web.iso"), Optional.empty())).isEqualTo(iso);
    assertThat(detect(prefix, Optional.of(BootMode.ISO))).isEqualTo(iso);
  }

  @ParameterizedTest
  @ValueSource(strings = {"web.img", "web-efi.img", "web.qcow2", "web.vmdk"})
  void findsTheOnlyDiskWithTheName(String disk) throws IOException {
    assertThat(detect(with(disk), Optional.empty()))
        .isEqualTo(new BootImage.Disk(folder.resolve(disk)));
  }

  @Test
  void listsSeveralImagesWithTheName() throws IOException {
    Path prefix = with("web.img", "web.iso");
    assertThatThrownBy(() -> detect(prefix, Optional.empty()))
        .isInstanceOfSatisfying(
            GuestFailure.class,
            failure -> assertThat(failure.hint()).contains("web.img or ").contains("web.iso"));
  }

  @Test
  void refusesACompressedDisk() throws IOException {
    with("web.img.zst");
    assertThatThrownBy(() -> detect(folder.resolve("web.img.zst"), Optional.empty()))
        .isInstanceOf(GuestFailure.class)
        .hasMessageContaining("cannot boot a compressed disk");
  }

  @Test
  void reportsAMissingFile() throws IOException {
    Path prefix = with("web-kernel", "web-cmdline");
    assertThatThrownBy(() -> detect(prefix, Optional.empty()))
        .isInstanceOf(GuestFailure.class)
        .hasMessageContaining("web-initrd.img");
    assertThatThrownBy(() -> detect(folder.resolve("other"), Optional.empty()))
        .isInstanceOf(GuestFailure.class)
        .hasMessageContaining("other");
  }

  @Test
  void refusesADirectory() {
    for (Path directory : List.of(folder, folder.getRoot())) {
      assertThatThrownBy(() -> detect(directory, Optional.empty()))
          .isInstanceOf(GuestFailure.class)
          .hasMessageContaining("cannot boot a directory");
    }
  }

  @Test
  void refusesAManifest(@TempDir Path folder) throws IOException {
    Path manifest = Files.writeString(folder.resolve("web.yml"), "services: []");
    assertThatThrownBy(() -> new BootSource(manifest, Optional.empty()).detect())
        .isInstanceOfSatisfying(
            GuestFailure.class, failure -> assertThat(failure.hint()).contains("linuxkit build"));
  }
}
