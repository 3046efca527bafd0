package linuxkit.run.qemu;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.run.BootImage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriveFilesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "web.img, a boot sector, raw",
    "web-efi.img, '', raw",
    "web.raw, a boot sector, raw",
    "web.img, QFI\u00fb, ",
    "web.img, KDMV, ",
    "web.qcow2, QFI\u00fb, ",
    "web, a boot sector, ",
  })
  void diskIsRawIfItsNameSaysSoAndItHasNoOtherMagicNumber(
      String name, String start, @Nullable String format) throws IOException {
    Path image = Files.write(folder.resolve(name), start.getBytes(ISO_8859_1));
    List<Drive> drives =
        DriveFiles.prepare(
            new BootImage.Disk(image), List.of(), new StateDirectory(folder), Progress.silent());
    assertThat(drives).containsExactly(new Drive(image, Optional.ofNullable(format), false));
  }
}
