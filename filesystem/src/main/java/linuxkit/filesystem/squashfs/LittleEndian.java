package linuxkit.filesystem.squashfs;

import java.io.ByteArrayOutputStream;

/** Builds structures of the format, whose integers are all little-endian. */
final class LittleEndian {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  LittleEndian u16(int value) {
    out.write(value);
    out.write(value >> 8);
    return this;
  }

  LittleEndian u32(long value) {
    return u16((int) value).u16((int) (value >> 16));
  }

  LittleEndian u64(long value) {
    return u32(value).u32(value >> 32);
  }

  LittleEndian bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }
}
