package linuxkit.boot.efi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A small EFI program without code, any of whose fields can be damaged. */
public final class PeBytes {
  static final int PE = 0x40;
  static final int OPTIONAL = PE + 24;
  static final int TABLE = OPTIONAL + 240;
  private static final int HEADERS = 1024;

  private final ByteBuffer bytes = ByteBuffer.allocate(2048).order(ByteOrder.LITTLE_ENDIAN);

  PeBytes(EfiArchitecture architecture) {
    bytes.putShort(0, (short) 0x5a4d).putInt(0x3c, PE);
    bytes.putInt(PE, 0x4550).putShort(PE + 4, (short) architecture.machine());
    bytes.putShort(PE + 6, (short) 1).putShort(PE + 20, (short) 240);
    bytes.putShort(OPTIONAL, (short) 0x20b);
    bytes.putInt(OPTIONAL + 32, 4096).putInt(OPTIONAL + 36, 512);
    bytes.putInt(OPTIONAL + 56, 8192).putInt(OPTIONAL + 60, HEADERS);
    bytes.put(TABLE, ".text".getBytes(StandardCharsets.US_ASCII));
    bytes.putInt(TABLE + 8, 1000).putInt(TABLE + 12, 4096);
    bytes.putInt(TABLE + 16, 1024).putInt(TABLE + 20, 1024);
  }

  /** Returns a program that is valid. */
  public static byte[] program(EfiArchitecture architecture) {
    return new PeBytes(architecture).bytes();
  }

  PeBytes u16(int at, int value) {
    bytes.putShort(at, (short) value);
    return this;
  }

  PeBytes u32(int at, long value) {
    bytes.putInt(at, (int) value);
    return this;
  }

  PeBytes text(int at, String value) {
    bytes.put(at, value.getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  byte[] bytes() {
    return bytes.array().clone();
  }
}
