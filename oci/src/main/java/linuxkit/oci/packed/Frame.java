package linuxkit.oci.packed;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A part that is small enough to be unpacked as a whole, in memory. */
final class Frame implements Part {
  private final PackedMap map;
  private final PackedFile file;
  private final LayerCompression compression;
  private final Buffers buffers;
  private final int number;

  // Both belong to the buffers, and are guarded by their lock.
  byte @Nullable [] unpacked;
  int users;

  Frame(PackedMap map, PackedFile file, LayerCompression compression, Buffers buffers, int number) {
    this.map = map;
    this.file = file;
    this.compression = compression;
    this.buffers = buffers;
    this.number = number;
  }

  int size() {
    return (int) (map.start(number + 1) - map.start(number));
  }

  @Override
  public void read(long position, byte[] bytes, int offset, int length) throws IOException {
    byte[] data = use();
    System.arraycopy(data, (int) position, bytes, offset, length);
    buffers.release(this);
  }

  @Override
  public void copy(long position, long length, OutputStream out) throws IOException {
    byte[] data = use();
    try {
      out.write(data, (int) position, (int) length);
    } finally {
      buffers.release(this);
    }
  }

  /** Unpacks the part for a reader that will soon need it. */
  void prepare() {
    try {
      use();
      buffers.release(this);
    } catch (IOException | RuntimeException _) {
      // Reported to whoever needs it.
    }
  }

  private byte[] use() throws IOException {
    byte[] ready = buffers.use(this);
    return ready == null ? unpack() : ready;
  }

  // Only one thread at a time unpacks a part; others wait for its result.
  private synchronized byte[] unpack() throws IOException {
    byte[] ready = buffers.use(this);
    if (ready != null) {
      return ready;
    }
    byte[] space = buffers.take(size());
    boolean done = false;
    try {
      unpack(space);
      done = true;
    } finally {
      if (done) {
        buffers.keep(this, space);
      } else {
        buffers.give(space);
      }
    }
    return space;
  }

  private void unpack(byte[] space) throws IOException {
    int first = map.firstBlock(number);
    int end = map.endBlock(number);
    byte[] packed = buffers.take((int) (map.block(end) - map.block(first)));
    try {
      int length = PackedBlocks.read(map, file, first, end, packed);
      if (unpack(packed, length, space) != size()) {
        throw new IOException("compressed data unpacks to another size than before");
      }
    } finally {
      buffers.give(packed);
    }
  }

  private int unpack(byte[] packed, int length, byte[] space) throws IOException {
    if (compression == LayerCompression.ZSTD) {
      try {
        return Math.toIntExact(Zstd.decompressByteArray(space, 0, size(), packed, 0, length));
      } catch (ZstdException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
    try (InputStream in = compression.unpack(new ByteArrayInputStream(packed, 0, length))) {
      return in.readNBytes(space, 0, size());
    }
  }
}
