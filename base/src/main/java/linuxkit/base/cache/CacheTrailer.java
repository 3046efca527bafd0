package linuxkit.base.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import linuxkit.base.Hmac;
import linuxkit.base.own.UserKey;

/**
 * The last 84 bytes of a cached file: magic, layout version, payload length, SHA-256 of the
 * payload, and an authentication code of all these and of the file's own name. The code shows that
 * the user's own processes wrote the file, under this very name.
 */
record CacheTrailer(long length, String sha256) {
  static final int SIZE = 8 + 4 + 8 + 32 + 32;
  private static final int AUTHENTICATED = SIZE - 32;
  private static final long MAGIC = 0x4c4b_4361_6368_650aL; // "LKCache\n"
  private static final int VERSION = 2;

  byte[] encode(String name, UserKey key) {
    ByteBuffer bytes =
        ByteBuffer.allocate(SIZE)
            .putLong(MAGIC)
            .putInt(VERSION)
            .putLong(length)
            .put(HexFormat.of().parseHex(sha256));
    return bytes.put(code(bytes.array(), name, key)).array();
  }

  /**
   * Reads the trailer of a file; empty if the file is truncated, of another version, or not written
   * with this key under this name.
   */
  static Optional<CacheTrailer> read(FileChannel file, String name, UserKey key)
      throws IOException {
    long length = file.size() - SIZE;
    if (length < 0) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.allocate(SIZE);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, length + bytes.position()) < 0) {
        return Optional.empty();
      }
    }
    bytes.flip();
    if (bytes.getLong() != MAGIC || bytes.getInt() != VERSION || bytes.getLong() != length) {
      return Optional.empty();
    }
    byte[] sha256 = new byte[32];
    byte[] code = new byte[32];
    bytes.get(sha256).get(code);
    return MessageDigest.isEqual(code, code(bytes.array(), name, key))
        ? Optional.of(new CacheTrailer(length, HexFormat.of().formatHex(sha256)))
        : Optional.empty();
  }

  private static byte[] code(byte[] trailer, String name, UserKey key) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    return Hmac.sha256(
        key.bytes(),
        ByteBuffer.allocate(AUTHENTICATED + text.length)
            .put(trailer, 0, AUTHENTICATED)
            .put(text)
            .array());
  }
}
