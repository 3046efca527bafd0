package linuxkit.oci.packed;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PieceSpoolTest {
  private static final byte[] PLAIN = new byte[9 << 20];

  static {
    new Random(3).nextBytes(PLAIN);
  }

  @TempDir Path directory;

  private FileChannel scratch() throws IOException {
    return FileChannel.open(
        directory.resolve("scratch"),
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  private static void unpack(PackedScan scan, PieceSpool spool) throws IOException {
    try (InputStream in = scan.unpacked()) {
      in.transferTo(spool);
    }
  }

  private static byte[] parts() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zstd = new FramedZstd(out, 1)) {
      zstd.write(PLAIN);
    }
    return out.toByteArray();
  }

  @Test
  void spoolsOnePieceThatIsThenReadWithoutTheBlob() throws IOException {
    byte[] packed = Zstd.compress(PLAIN, 1);
    PackedScan scan = new PackedScan(new ByteArrayInputStream(packed));
    PieceSpool spool = new PieceSpool(scan, this::scratch);
    unpack(scan, spool);
    PackedReader reader =
        new PackedReader(
            PackedMap.read(scan.map(PLAIN.length)),
            (_, _, _, _) -> {
              throw new AssertionError("the blob is read");
            },
            LayerCompression.ZSTD,
            new Buffers(),
            this::scratch,
            spool.finish().orElseThrow());
    try (InputStream in = reader.open(5, PLAIN.length - 5L)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(PLAIN, 5, PLAIN.length));
    }
  }

  @Test
  void keepsNoCopyOfParts() throws IOException {
    PackedScan scan = new PackedScan(new ByteArrayInputStream(parts()));
    PieceSpool spool = new PieceSpool(scan, this::scratch);
    unpack(scan, spool);
    assertThat(spool.finish()).isEqualTo(Optional.empty());
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void goesOnWithoutACopyIfItsFileCannotBeWritten() throws IOException {
    PackedScan scan = new PackedScan(new ByteArrayInputStream(Zstd.compress(PLAIN, 1)));
    PieceSpool spool =
        new PieceSpool(
            scan,
            () -> {
              throw new IOException("no space");
            });
    unpack(scan, spool);
    assertThat(spool.finish()).isEqualTo(Optional.empty());
    assertThat(scan.map(PLAIN.length)).isNotEmpty();
  }
}
