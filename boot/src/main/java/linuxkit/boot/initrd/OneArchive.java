package linuxkit.boot.initrd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.archive.CpioWriter;

/**
 * Joins pieces to a single cpio archive, plain or as a single gzip member (RFC 1952), which every
 * tool for these formats reads to its end.
 */
final class OneArchive {
  // No flags, no time, an unknown system.
  private static final byte[] HEADER = HexFormat.of().parseHex("1f8b08000000000000ff");
  // A stored block of no bytes, on a byte boundary.
  private static final byte[] EMPTY_BLOCK = HexFormat.of().parseHex("000000ffff");
  private static final int ALIGNMENT = 4;

  private OneArchive() {}

  /**
   * Returns the archive's parts. Their total size is a multiple of four bytes, so that another
   * archive can follow.
   *
   * @param pieces entries of the archive; each has a multiple of four bytes before compression
   */
  static List<Content> of(List<ArchivePiece> pieces, boolean gzip) {
    long length = 0;
    long size = 0;
    int sum = 0;
    List<Content> parts = new ArrayList<>();
    for (ArchivePiece piece : pieces) {
      sum = Crc32Sum.join(sum, piece.sum(), piece.length());
      length += piece.length();
      size += piece.size();
      parts.add(piece.content());
    }
    byte[] end = end(length);
    if (!gzip) {
      parts.add(Content.of(end));
      return parts;
    }
    CRC32 crc = new CRC32();
    crc.update(end);
    sum = Crc32Sum.join(sum, (int) crc.getValue(), end.length);
    parts.addFirst(Content.of(HEADER));
    parts.add(Content.of(trailer(end, HEADER.length + size, sum, length + end.length)));
    return parts;
  }

  /** Returns the end of a cpio archive after this many bytes. */
  private static byte[] end(long position) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      new CpioWriter(bytes, position, 0).finish();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /** Returns the end of a gzip member: the last block of data, its sum and its length. */
  private static byte[] trailer(byte[] data, long before, int sum, long length) {
    byte[] last = new byte[data.length + 64];
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    deflater.setInput(data);
    deflater.finish();
    int n = deflater.deflate(last);
    deflater.end();
    int empty = Math.floorMod(-(before + n + 2 * Integer.BYTES), ALIGNMENT);
    ByteBuffer trailer =
        ByteBuffer.allocate(empty * EMPTY_BLOCK.length + n + 2 * Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < empty; i++) {
      trailer.put(EMPTY_BLOCK);
    }
    return trailer.put(last, 0, n).putInt(sum).putInt((int) length).array();
  }
}
