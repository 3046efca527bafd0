package linuxkit.system.kernel;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.airlift.compress.v3.bzip2.BZip2HadoopStreams;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;
import linuxkit.system.SystemFailure;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/**
 * Unpacks a compressed kernel: one that is gzip as a whole, as on arm64, an x86 bzImage around a
 * payload (Linux, Documentation/arch/x86/boot.rst), or an EFI program that unpacks its payload
 * itself (Linux, drivers/firmware/efi/libstub/zboot-header.S).
 */
public final class KernelDecompressor {
  /** The size of the largest kernel that is read, in bytes. */
  static final int LARGEST_PACKED = 128 << 20;

  private static final int LARGEST = 512 << 20;
  // 128 MiB, the most that a kernel's own unpacker accepts.
  private static final int ZSTD_WINDOW_LOG = 27;
  private static final int XZ_MEMORY_KIB = 256 << 10;
  private static final int SIZE = 4;
  private static final String GZIP = "1f8b";
  private static final String ZBOOT = "7a696d67"; // zimg
  private static final int ZBOOT_AT = 4;
  private static final int ZBOOT_METHOD = 24;
  private static final int ZBOOT_HEADER = 64;
  private static final String GZIP_NAME = "677a697000"; // gzip
  private static final String ANOTHER =
      "use a kernel that is compressed in another way, or not compressed";

  private final String where;
  private final String hint;

  private KernelDecompressor(String where, String hint) {
    this.where = where;
    this.hint = hint;
  }

  /**
   * Unpacks a kernel.
   *
   * @param where the kernel, for messages
   */
  public static Content decompress(Content kernel, String where) {
    return new KernelDecompressor(where, "build without --decompress-kernel").decompress(kernel);
  }

  /**
   * Unpacks a kernel that is gzip as a whole, which only some boot loaders can do themselves.
   * Returns any other kernel unchanged.
   *
   * @param where the kernel, for messages
   * @throws SystemFailure if it cannot be unpacked
   */
  public static Content withoutGzip(Content kernel, String where) {
    return new KernelDecompressor(where, ANOTHER).decompressWhere(kernel, 0, GZIP);
  }

  /**
   * Returns the payload of a kernel that only EFI firmware can start, because it unpacks itself
   * there. Returns any other kernel unchanged.
   *
   * @param where the kernel, for messages
   * @throws SystemFailure if it cannot be unpacked
   */
  public static Content withoutZboot(Content kernel, String where) {
    return new KernelDecompressor(where, ANOTHER).decompressWhere(kernel, ZBOOT_AT, ZBOOT);
  }

  private Content decompressWhere(Content kernel, int at, String magic) {
    try (InputStream in = kernel.open()) {
      ByteBuffer start = ByteBuffer.wrap(in.readNBytes(at + magic.length() / 2));
      return startsWith(start, at, magic) ? decompress(kernel) : kernel;
    } catch (IOException e) {
      throw FileFailure.of("cannot read " + where, e);
    }
  }

  private Content decompress(Content kernel) {
    if (kernel.size() > LARGEST_PACKED) {
      throw failure("it is larger than " + (LARGEST_PACKED >> 20) + " MiB", null);
    }
    try (InputStream in = kernel.open()) {
      byte[] bytes = in.readAllBytes();
      ByteBuffer payload =
          startsWith(ByteBuffer.wrap(bytes), GZIP) ? ByteBuffer.wrap(bytes) : payload(bytes);
      return Content.of(unpack(payload));
    } catch (IOException e) {
      throw failure("its compressed data cannot be read: " + e.getMessage(), e);
    }
  }

  private ByteBuffer payload(byte[] bytes) {
    ByteBuffer image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (startsWith(image, ZBOOT_AT, ZBOOT) && bytes.length >= ZBOOT_HEADER) {
      long start = Integer.toUnsignedLong(image.getInt(8));
      // The unpacked size is part of gzip. Behind the other formats it is not counted.
      long length = Integer.toUnsignedLong(image.getInt(12));
      return payload(
          image, start, startsWith(image, ZBOOT_METHOD, GZIP_NAME) ? length : length + SIZE);
    }
    if (bytes.length <= 0x250
        || (image.getShort(0x1fe) & 0xffff) != 0xaa55
        || image.getInt(0x202) != 0x53726448) { // "HdrS"
      throw failure("it is neither gzip nor a bzImage nor an EFI program with a payload", null);
    }
    long start =
        Integer.toUnsignedLong(image.getInt(0x248)) + ((image.get(0x1f1) & 0xff) + 1) * 512L;
    return payload(image, start, Integer.toUnsignedLong(image.getInt(0x24c)));
  }

  private ByteBuffer payload(ByteBuffer image, long start, long length) {
    if (start + length > image.limit()) {
      throw failure("its payload extends beyond the end of the file", null);
    }
    return image.slice((int) start, (int) length);
  }

  private byte[] unpack(ByteBuffer payload) throws IOException {
    if (startsWith(payload, GZIP)) {
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
    try {
      if (startsWith(payload, "02214c18")) {
        return LegacyLz4.unpack(packed, LARGEST);
      }
      if (startsWith(payload, "894c5a4f")) {
        return Lzop.unpack(packed, LARGEST);
      }
      if (startsWith(payload, "425a68")) {
        return read(new BZip2HadoopStreams().createInputStream(in));
      }
    } catch (SystemFailure e) {
      throw e;
    } catch (RuntimeException e) {
      // How these decoders report damage in the middle of a block.
      throw new IOException("it is damaged: " + e.getMessage(), e);
    }
    throw failure("its payload is compressed with an unknown method", null);
  }

  private static boolean startsWith(ByteBuffer bytes, String hex) {
    return startsWith(bytes, 0, hex);
  }

  private static boolean startsWith(ByteBuffer bytes, int at, String hex) {
    byte[] magic = HexFormat.of().parseHex(hex);
    return bytes.limit() >= at + magic.length
        && bytes.slice(at, magic.length).equals(ByteBuffer.wrap(magic));
  }

  private static byte[] bytes(ByteBuffer payload, int without) throws IOException {
    if (payload.remaining() < without) {
      throw new EOFException("it is truncated");
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
    return new SystemFailure("the kernel cannot be decompressed: " + what, where, hint, cause);
  }
}
