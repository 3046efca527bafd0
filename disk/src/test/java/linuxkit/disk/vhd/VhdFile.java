package linuxkit.disk.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Checks a file by the specification, because QEMU's tools do not check this format. */
final class VhdFile {
  private VhdFile() {}

  static ByteBuffer read(Path file, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try (FileChannel channel = FileChannel.open(file)) {
      while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) > 0) {
        // until all of it is read
      }
    }
    return bytes.flip();
  }

  static void checkFooter(Path file, long offset) throws IOException {
    ByteBuffer footer = read(file, offset, 512);
    assertThat(footer.getLong(0)).isEqualTo(0x636f6e6563746978L);
    checkSum(footer, 64);
  }

  /** Checks that the checksum is the complement of the sum of all other bytes. */
  static void checkSum(ByteBuffer bytes, int at) {
    int sum = 0;
    for (int i = 0; i < bytes.limit(); i++) {
      sum += i >= at && i < at + 4 ? 0 : bytes.get(i) & 0xff;
    }
    assertThat(bytes.getInt(at)).isEqualTo(~sum);
  }
}
