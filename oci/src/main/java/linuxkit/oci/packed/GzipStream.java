package linuxkit.oci.packed;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;
import linuxkit.base.io.BlockInput;

/**
 * A decoder for gzip (RFC 1952) with one or more members. Unlike the JDK's stream, it reports data
 * after the last member instead of ignoring it.
 */
final class GzipStream extends BlockInput {
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] buffer = new byte[1 << 17];
  private final SeekPoints points;
  private int at;
  private int filled;
  private boolean ended;
  private long read;
  private long produced;

  /**
   * @param in closed with this stream
   * @param points given the places where members end
   */
  GzipStream(InputStream in, SeekPoints points) throws IOException {
    this.in = in;
    this.points = points;
    header();
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    while (!ended) {
      int n = inflate(bytes, offset, length);
      if (n > 0) {
        crc.update(bytes, offset, n);
        produced += n;
        return n;
      }
      if (inflater.finished()) {
        trailer();
        if (hasByte()) {
          points.add(read - (filled - at), produced);
          header();
        } else {
          ended = true;
        }
      } else if (inflater.needsDictionary()) {
        throw new ZipException("gzip data needs a dictionary");
      } else if (!fill()) {
        throw cutOff();
      }
    }
    return -1;
  }

  private int inflate(byte[] bytes, int offset, int length) throws IOException {
    inflater.setInput(buffer, at, filled - at);
    try {
      int n = inflater.inflate(bytes, offset, length);
      at = filled - inflater.getRemaining();
      return n;
    } catch (DataFormatException e) {
      throw new ZipException("gzip data is corrupt: " + e.getMessage());
    }
  }

  private void header() throws IOException {
    inflater.reset();
    crc.reset();
    if (next() != 0x1f || next() != 0x8b) {
      throw new ZipException("gzip data is followed by other data");
    }
    if (next() != 8) {
      throw new ZipException("gzip data has an unknown compression method");
    }
    int flags = next();
    if ((flags & RESERVED) != 0) {
      throw new ZipException("gzip data has unknown flags");
    }
    for (int i = 0; i < 6; i++) { // time, extra flags, system
      next();
    }
    if ((flags & EXTRA) != 0) {
      for (int left = next() | next() << 8; left > 0; left--) {
        next();
      }
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      int expected = (int) crc.getValue() & 0xffff;
      if ((next() | next() << 8) != expected) {
        throw new ZipException("a gzip header has a wrong checksum");
      }
    }
    crc.reset();
  }

  private void skipText() throws IOException {
    while (next() != 0) {}
  }

  private void trailer() throws IOException {
    long sum = crc.getValue();
    long size = inflater.getBytesWritten();
    if (next4() != sum) {
      throw new ZipException("gzip data has a wrong checksum");
    }
    if (next4() != (size & 0xffffffffL)) {
      throw new ZipException("gzip data has a wrong length");
    }
  }

  private long next4() throws IOException {
    return next() | (long) next() << 8 | (long) next() << 16 | (long) next() << 24;
  }

  private int next() throws IOException {
    if (!hasByte()) {
      throw cutOff();
    }
    crc.update(buffer[at]);
    return buffer[at++] & 0xff;
  }

  private boolean hasByte() throws IOException {
    return at < filled || fill();
  }

  private boolean fill() throws IOException {
    int n = in.read(buffer, 0, buffer.length);
    at = 0;
    filled = Math.max(n, 0);
    read += filled;
    return n > 0;
  }

  private static EOFException cutOff() {
    return new EOFException("gzip data is truncated");
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
