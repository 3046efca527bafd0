package linuxkit.system;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import linuxkit.filesystem.Content;
import linuxkit.system.unpack.Bzip2;
import linuxkit.system.unpack.Lz4Legacy;
import linuxkit.system.unpack.Lzop;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/**
 * Unpacks a compressed kernel: one that is gzip as a whole, as on arm64, or an x86 bzImage around a
 * payload (Linux, Documentation/arch/x86/boot.rst).
 */
public final class KernelDecompressor {
  private static final int LARGEST_PACKED = 128 << 20;
  private static final int LARGEST = 512 << 20;
  // 128 MiB, the most that a kernel's own unpacker takes.
  private static final int ZSTD_WINDOW_LOG = 27;
  private static final int XZ_MEMORY_KIB = 256 << 10;
  private static final int SIZE = 4;

  private final String where;

  private KernelDecompressor(String where) {
    this.where = where;
  }

  /**
   * @param where the kernel, for messages
   */
  static Content decompress(Content kernel, String where) {
    return new KernelDecompressor(where).decompress(kernel);
  }

  /**
   * A kernel that is gzip as a whole unpacked, which only boot loaders do for themselves; any other
   * as it is.
   *
   * @param where the kernel, for messages
   * @throws SystemFailure when it cannot be unpacked
   */
  public static Content withoutGzip(Content kernel, String where) {
    try (InputStream in = kernel.open()) {
      return startsWith(ByteBuffer.wrap(in.readNBytes(2)), "1f8b")
          ? decompress(kernel, where)
          : kernel;
    } catch (IOException e) {
      throw new KernelDecompressor(where).failure("it cannot be read: " + e.getMessage(), e);
    }
  }

  private Content decompress(Content kernel) {
    if (kernel.size() > LARGEST_PACKED) {
      throw failure("it is larger than " + (LARGEST_PACKED >> 20) + " MiB", null);
    }
    try (InputStream in = kernel.open()) {
      byte[] bytes = in.readAllBytes();
      ByteBuffer payload =
          startsWith(ByteBuffer.wrap(bytes), "1f8b") ? ByteBuffer.wrap(bytes) : payload(bytes);
      return Content.of(unpack(payload));
    } catch (IOException e) {
      throw failure("its compressed data cannot be read: " + e.getMessage(), e);
    }
  }

  private ByteBuffer payload(byte[] bytes) {
    ByteBuffer image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length <= 0x250
        || (image.getShort(0x1fe) & 0xffff) != 0xaa55
        || image.getInt(0x202) != 0x53726448) { // "HdrS"
      throw failure("it is neither gzip nor a bzImage", null);
    }
    long start =
        Integer.toUnsignedLong(image.getInt(0x248)) + ((image.get(0x1f1) & 0xff) + 1) * 512L;
    long length = Integer.toUnsignedLong(image.getInt(0x24c));
    if (start + length > bytes.length) {
      throw failure("its payload reaches beyond its end", null);
    }
    return ByteBuffer.wrap(bytes, (int) start, (int) length).slice();
  }

  private byte[] unpack(ByteBuffer payload) throws IOException {
    if (startsWith(payload, "1f8b")) {
      return read(new GZIPInputStream(new ByteArrayInputStream(bytes(payload, 0)), 1 << 16));
    }
    // All but gzip carry the size of the unpacked kernel behind their data.
    byte[] packed = bytes(payload, SIZE);
    byte[] kernel = unpackSized(payload, packed);
    int size = payload.order(ByteOrder.LITTLE_ENDIAN).getInt(packed.length);
    if (kernel.length != size) {
      throw new IOException("it unpacks to " + kernel.length + " bytes instead of " + size);
    }
    return kernel;
  }

  private byte[] unpackSized(ByteBuffer payload, byte[] packed) throws IOException {
    InputStream in = new ByteArrayInputStream(packed);
    if (startsWith(payload, "fd377a585a00")) {
      return read(new SingleXZInputStream(in, XZ_MEMORY_KIB));
    }
    if (startsWith(payload, "28b52ffd")) {
      return read(new ZstdInputStreamNoFinalizer(in).setLongMax(ZSTD_WINDOW_LOG));
    }
    if (startsWith(payload, "5d0000")) {
      return read(new LZMAInputStream(in, XZ_MEMORY_KIB));
    }
    if (startsWith(payload, "02214c18")) {
      return Lz4Legacy.unpack(packed, LARGEST);
    }
    if (startsWith(payload, "894c5a4f")) {
      return Lzop.unpack(packed, LARGEST);
    }
    if (startsWith(payload, "425a68")) {
      return Bzip2.unpack(packed, LARGEST);
    }
    throw failure("its payload is compressed with an unknown method", null);
  }

  private static boolean startsWith(ByteBuffer bytes, String hex) {
    byte[] magic = HexFormat.of().parseHex(hex);
    return bytes.remaining() >= magic.length
        && bytes.slice(bytes.position(), magic.length).equals(ByteBuffer.wrap(magic));
  }

  private static byte[] bytes(ByteBuffer payload, int without) throws IOException {
    if (payload.remaining() < without) {
      throw new EOFException("it is cut off");
    }
    byte[] bytes = new byte[payload.remaining() - without];
    payload.get(payload.position(), bytes);
    return bytes;
  }

  private byte[] read(InputStream in) throws IOException {
    try (in) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw failure("it unpacks to more than " + (LARGEST >> 20) + " MiB", null);
      }
      return bytes;
    }
  }

  private SystemFailure failure(String what, @Nullable IOException cause) {
    return new SystemFailure(
        "the kernel cannot be decompressed: " + what,
        where,
        "build without --decompress-kernel",
        cause);
  }
}
