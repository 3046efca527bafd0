package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How a layer is packed. */
public enum LayerCompression {
  NONE("not compressed"),
  GZIP("gzip"),
  ZSTD("zstd");

  /** How many bytes {@link #of} wants to see. */
  public static final int MAGIC_LENGTH = 4;

  private final String words;

  LayerCompression(String words) {
    this.words = words;
  }

  /** What the first bytes show; a tar archive begins with a name, which never looks like these. */
  public static LayerCompression of(byte[] start) {
    if (start.length >= 2 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
      return GZIP;
    }
    if (start.length >= MAGIC_LENGTH) {
      int magic = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt();
      // A frame, or one of the sixteen kinds of frame to skip (RFC 8878, section 3.1).
      if (magic == 0xfd2fb528 || (magic & 0xfffffff0) == 0x184d2a50) {
        return ZSTD;
      }
    }
    return NONE;
  }

  /** What a layer's media type claims. */
  static LayerCompression claimed(String mediaType) {
    return switch (mediaType) {
      case String type when type.endsWith("gzip") -> GZIP;
      case String type when type.endsWith("zstd") -> ZSTD;
      default -> NONE;
    };
  }

  /** A stream over the unpacked bytes; it owns {@code in}. */
  public InputStream unpack(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GzipStream(in);
      case ZSTD -> new ZstdStream(in);
    };
  }

  @Override
  public String toString() {
    return words;
  }
}
