package linuxkit.boot.read;

import java.io.EOFException;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;
import linuxkit.base.io.BlockInput;

/** Reads one gzip member (RFC 1952) and nothing after it; the JDK's own stream would read on. */
final class GzipMember extends BlockInput {
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final PushbackInputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] buffer;
  private int filled;
  private boolean ended;

  /**
   * Reads the header.
   *
   * @param in at the member's start; can take back {@code pushback} bytes
   */
  GzipMember(PushbackInputStream in, int pushback) throws IOException {
    this.in = in;
    this.buffer = new byte[pushback];
    header();
  }

  private void header() throws IOException {
    int magic = next() | next() << 8;
    int method = next();
    int flags = next();
    if (magic != 0x8b1f || method != 8 || (flags & RESERVED) != 0) {
      throw new ZipException("it is not a gzip header");
    }
    for (int i = 0; i < 6; i++) {
      next();
    }
    if ((flags & EXTRA) != 0) {
      for (int left = next() | next() << 8; left > 0; left--) {
        next();
      }
    }
    for (int flag : new int[] {NAME, COMMENT}) {
      if ((flags & flag) != 0) {
        while (next() != 0) {}
      }
    }
    if ((flags & HEADER_CRC) != 0) {
      next();
      next();
    }
  }

  private int next() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException("the gzip member is truncated");
    }
    return next;
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    try {
      while (!ended) {
        int n = inflater.inflate(bytes, offset, length);
        if (n > 0) {
          crc.update(bytes, offset, n);
          return n;
        }
        if (inflater.finished()) {
          in.unread(buffer, filled - inflater.getRemaining(), inflater.getRemaining());
          trailer();
        } else if (inflater.needsDictionary()) {
          throw new ZipException("the gzip member needs a dictionary");
        } else {
          filled = in.read(buffer);
          if (filled < 0) {
            throw new EOFException("the gzip member is truncated");
          }
          inflater.setInput(buffer, 0, filled);
        }
      }
      return -1;
    } catch (DataFormatException e) {
      throw new IOException("the gzip member is damaged: " + e.getMessage(), e);
    }
  }

  private void trailer() throws IOException {
    ended = true;
    long sum = 0;
    long size = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      sum |= (long) next() << shift;
    }
    for (int shift = 0; shift < 32; shift += 8) {
      size |= (long) next() << shift;
    }
    if (sum != crc.getValue() || size != (inflater.getBytesWritten() & 0xffff_ffffL)) {
      throw new ZipException("the gzip member is damaged: its checksum differs");
    }
  }

  @Override
  public void close() {
    inflater.end();
  }
}
