package linuxkit.oci.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackedReaderTest {
  // More than the memory for unpacked parts.
  private static final byte[] PLAIN = plain(14 << 20);

  @TempDir Path directory;

  private final AtomicInteger scratchFiles = new AtomicInteger();

  enum Packing {
    ZSTD_FRAMES {
      @Override
      byte[] pack(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream zstd = new FramedZstd(out, 1)) {
          zstd.write(plain);
        }
        return out.toByteArray();
      }
    },
    ZSTD_ONE_FRAME {
      @Override
      byte[] pack(byte[] plain) {
        return Zstd.compress(plain, 1);
      }
    },
    ZSTD_SMALL_FRAMES {
      @Override
      byte[] pack(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < plain.length; at += 50_000) {
          byte[] part = Arrays.copyOfRange(plain, at, Math.min(at + 50_000, plain.length));
          out.write(Zstd.compress(part, 1));
          // A frame to skip.
          out.write(new byte[] {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'});
        }
        return out.toByteArray();
      }
    },
    GZIP_ONE_MEMBER {
      @Override
      byte[] pack(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
          gzip.write(plain);
        }
        return out.toByteArray();
      }
    },
    GZIP_MEMBERS {
      @Override
      byte[] pack(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < plain.length; at += 300_000) {
          byte[] part = Arrays.copyOfRange(plain, at, Math.min(at + 300_000, plain.length));
          out.write(GZIP_ONE_MEMBER.pack(part));
        }
        return out.toByteArray();
      }
    };

    abstract byte[] pack(byte[] plain) throws IOException;
  }

  private static byte[] plain(int size) {
    byte[] bytes = new byte[size];
    Random random = new Random(17);
    for (int at = 0; at + 4096 < size; at += 8192) {
      byte[] part = new byte[4096];
      random.nextBytes(part);
      System.arraycopy(part, 0, bytes, at, part.length);
    }
    return bytes;
  }

  private static byte[] map(byte[] packed) throws IOException {
    PackedScan scan = new PackedScan(new ByteArrayInputStream(packed));
    try (InputStream in = scan.unpacked()) {
      assertThat(in.readAllBytes()).isEqualTo(PLAIN);
    }
    return scan.map(PLAIN.length);
  }

  private PackedReader reader(byte[] map, byte[] packed, Buffers buffers) throws IOException {
    return new PackedReader(
        PackedMap.read(map),
        (position, bytes, offset, length) -> {
          if (position + length > packed.length) {
            throw new EOFException();
          }
          System.arraycopy(packed, (int) position, bytes, offset, length);
        },
        LayerCompression.of(packed),
        buffers,
        this::scratch);
  }

  private FileChannel scratch() throws IOException {
    return FileChannel.open(
        directory.resolve("scratch" + scratchFiles.incrementAndGet()),
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  private static byte[] read(PackedReader reader, int offset, int length) throws IOException {
    try (InputStream in = reader.open(offset, length)) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsAnyRange(Packing packing) throws IOException {
    byte[] packed = packing.pack(PLAIN);
    PackedReader reader = reader(map(packed), packed, new Buffers());
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      int length = random.nextInt(i % 10 == 0 ? 5 << 20 : 100_000);
      int offset = random.nextInt(PLAIN.length - length + 1);
      byte[] expected = Arrays.copyOfRange(PLAIN, offset, offset + length);
      assertThat(read(reader, offset, length)).isEqualTo(expected);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      reader.copy(offset, length, out);
      assertThat(out.toByteArray()).isEqualTo(expected);
    }
    assertThat(read(reader, 0, PLAIN.length)).isEqualTo(PLAIN);
    assertThat(read(reader, PLAIN.length, 0)).isEmpty();
    assertThatThrownBy(() -> reader.open(PLAIN.length, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    // Only parts that are too large for memory need a file.
    assertThat(scratchFiles).hasValue(packing.name().contains("ONE") ? 1 : 0);
  }

  @ParameterizedTest
  @EnumSource
  void servesSeveralThreads(Packing packing) throws Exception {
    byte[] packed = packing.pack(PLAIN);
    PackedReader reader = reader(map(packed), packed, new Buffers());
    List<Callable<Boolean>> readers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Random random = new Random(i);
      readers.add(
          () -> {
            for (int j = 0; j < 100; j++) {
              int length = random.nextInt(60_000);
              int offset = random.nextInt(PLAIN.length - length + 1);
              if (!Arrays.equals(
                  read(reader, offset, length),
                  Arrays.copyOfRange(PLAIN, offset, offset + length))) {
                return false;
              }
            }
            return true;
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(readers.size())) {
      for (Future<Boolean> right : threads.invokeAll(readers)) {
        assertThat(right.get()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void yieldsNothingOfADamagedBlock(Packing packing) throws IOException {
    byte[] packed = packing.pack(PLAIN);
    byte[] map = map(packed);
    for (int at : new int[] {0, packed.length / 2, packed.length - 1}) {
      byte[] damaged = packed.clone();
      damaged[at] ^= 1;
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      PackedReader reader = reader(map, damaged, new Buffers());
      assertThatThrownBy(() -> reader.copy(0, PLAIN.length, out))
          .isInstanceOf(DamagedPackingException.class);
      byte[] written = out.toByteArray();
      assertThat(written).isEqualTo(Arrays.copyOf(PLAIN, written.length));
    }
    byte[] cut = Arrays.copyOf(packed, packed.length - 1);
    assertThatThrownBy(() -> reader(map, cut, new Buffers()).copy(0, PLAIN.length, sink()))
        .isInstanceOf(DamagedPackingException.class);
  }

  private static OutputStream sink() {
    return OutputStream.nullOutputStream();
  }

  @Test
  void beginsAgainAfterDamageIsRepaired() throws IOException {
    byte[] packed = Packing.GZIP_ONE_MEMBER.pack(PLAIN);
    byte[] map = map(packed);
    byte[] stored = packed.clone();
    PackedReader reader = reader(map, stored, new Buffers());
    assertThat(read(reader, 100, 10)).isEqualTo(Arrays.copyOfRange(PLAIN, 100, 110));
    stored[stored.length - 1] ^= 1;
    assertThatThrownBy(() -> read(reader, PLAIN.length - 10, 10))
        .isInstanceOf(DamagedPackingException.class);
    stored[stored.length - 1] ^= 1;
    assertThat(read(reader, 0, PLAIN.length)).isEqualTo(PLAIN);
    assertThat(scratchFiles).hasValue(2);
  }

  @Test
  void unpacksManyLargePartsAtOnce() throws IOException {
    byte[] packed = Packing.ZSTD_ONE_FRAME.pack(PLAIN);
    byte[] map = map(packed);
    Buffers buffers = new Buffers();
    List<PackedReader> readers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      readers.add(reader(map, packed, buffers));
    }
    for (int offset = 0; offset < PLAIN.length; offset += 3 << 20) {
      for (PackedReader reader : readers) {
        assertThat(read(reader, offset, 100))
            .isEqualTo(Arrays.copyOfRange(PLAIN, offset, offset + 100));
      }
    }
    assertThat(scratchFiles).hasValue(readers.size());
  }

  @Test
  void refusesWhatIsNotAMap() {
    assertThatThrownBy(() -> PackedMap.read(new byte[3])).isInstanceOf(IOException.class);
  }
}
