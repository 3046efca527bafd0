package linuxkit.disk.header;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images of other programs, which a guest would overwrite if they were opened as raw disks. */
class ForeignFormatsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "WithoutFreeSpace, 0",
    "WithouFreSpacExt, 0",
    "QED\0, 0",
    "\u007f\u0010\u00da\u00be, 64"
  })
  void t4RefusesFormatsThatARawDiskWouldOverwrite(String magic, int at) throws IOException {
    byte[] image = new byte[1 << 16];
    System.arraycopy(magic.getBytes(ISO_8859_1), 0, image, at, magic.length());
    Path file = Files.write(folder.resolve("image"), image);
    assertThatThrownBy(() -> DiskHeader.read(file)).hasMessageContaining("not supported");
    assertThat(DiskHeader.readAs(DiskType.RAW, file).otherFiles()).isEmpty();
  }
}
