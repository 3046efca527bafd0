package linuxkit.oci.packed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The compression of a layer. */
public enum LayerCompression {
  NONE("not compressed"),
  GZIP("gzip"),
  ZSTD("zstd");

  /** The number of bytes that {@link #of} needs. */
  public static final int MAGIC_LENGTH = 4;

  private final String words;

  LayerCompression(String words) {
    this.words = words;
  }

  /**
   * Detects the compression from the first bytes. A tar archive begins with a file name, which
   * never has these values.
   */
  public static LayerCompression of(byte[] start) {
    if (start.length >= 2 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
      return GZIP;
    }
    if (start.length >= MAGIC_LENGTH) {
      int magic = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt();
      // A data frame, or one of the sixteen kinds of skippable frame (RFC 8878, section 3.1).
      if (magic == 0xfd2fb528 || (magic & 0xfffffff0) == 0x184d2a50) {
        return ZSTD;
      }
    }
    return NONE;
  }

  /** Returns the compression that a layer's media type claims. */
  public static LayerCompression claimed(String mediaType) {
    return switch (mediaType) {
      case String type when type.endsWith("gzip") -> GZIP;
      case String type when type.endsWith("zstd") -> ZSTD;
      default -> NONE;
    };
  }

  /** Returns a stream over the unpacked bytes, which owns and closes {@code in}. */
  public InputStream unpack(InputStream in) throws IOException {
    return unpack(in, SeekPoints.NONE);
  }

  InputStream unpack(InputStream in, SeekPoints points) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GzipStream(in, points);
      case ZSTD -> new ZstdStream(in, points);
    };
  }

  @Override
  public String toString() {
    return words;
  }
}
