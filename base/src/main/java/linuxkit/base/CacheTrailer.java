package linuxkit.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The last 84 bytes of a cached file: magic, layout version, payload length, SHA-256 of the
 * payload, SHA-256 of the file's own name. The hash of the name detects an intact file that lies
 * under a wrong name.
 */
record CacheTrailer(long length, String sha256) {
  static final int SIZE = 8 + 4 + 8 + 32 + 32;
  private static final long MAGIC = 0x4c4b_4361_6368_650aL; // "LKCache\n"
  private static final int VERSION = 1;

  byte[] encode(String name) {
    return ByteBuffer.allocate(SIZE)
        .putLong(MAGIC)
        .putInt(VERSION)
        .putLong(length)
        .put(HexFormat.of().parseHex(sha256))
        .put(hash(name))
        .array();
  }

  /** Reads the trailer of a file; empty if the file is truncated, foreign or of another version. */
  static Optional<CacheTrailer> read(FileChannel file, String name) throws IOException {
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
    byte[] nameHash = new byte[32];
    bytes.get(sha256).get(nameHash);
    return Arrays.equals(nameHash, hash(name))
        ? Optional.of(new CacheTrailer(length, HexFormat.of().formatHex(sha256)))
        : Optional.empty();
  }

  private static byte[] hash(String name) {
    return Sha256.digest().digest(name.getBytes(StandardCharsets.UTF_8));
  }
}
