package linuxkit.oci.packed;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part that is too large for memory. It is unpacked once, as far as it is needed, to a file
 * without a name.
 */
final class SpooledPart implements Part {
  private static final int BLOCK = 1 << 18;

  private final PackedMap map;
  private final PackedFile file;
  private final LayerCompression compression;
  private final Buffers buffers;
  private final int number;
  private final Scratch scratch;
  private @Nullable InputStream in;
  private volatile @Nullable FileChannel out;
  private volatile long unpacked;

  SpooledPart(
      PackedMap map,
      PackedFile file,
      LayerCompression compression,
      Buffers buffers,
      int number,
      Scratch scratch) {
    this.map = map;
    this.file = file;
    this.compression = compression;
    this.buffers = buffers;
    this.number = number;
    this.scratch = scratch;
  }

  /**
   * Sets the data, which was unpacked already.
   *
   * @param whole closed by this object
   */
  synchronized void use(FileChannel whole) {
    unpacked = size();
    out = whole;
  }

  @Override
  public void read(long position, byte[] bytes, int offset, int length) throws IOException {
    FileChannel from = unpackTo(position + length);
    ByteBuffer into = ByteBuffer.wrap(bytes, offset, length);
    try {
      while (into.hasRemaining()) {
        if (from.read(into, position + into.position() - offset) < 0) {
          throw new EOFException("a temporary file is truncated");
        }
      }
    } catch (ClosedChannelException e) {
      forget(from);
      throw e;
    }
  }

  @Override
  public void copy(long position, long length, OutputStream to) throws IOException {
    byte[] block = new byte[(int) Math.min(BLOCK, length)];
    for (long done = 0; done < length; ) {
      int n = (int) Math.min(block.length, length - done);
      read(position + done, block, 0, n);
      to.write(block, 0, n);
      done += n;
    }
  }

  private long size() {
    return map.start(number + 1) - map.start(number);
  }

  private FileChannel unpackTo(long end) throws IOException {
    FileChannel ready = out;
    if (ready != null && end <= unpacked) {
      return ready;
    }
    if (ready == null) {
      SpooledPart oldest = buffers.begin(this);
      if (oldest != null) {
        oldest.finish();
      }
    }
    return unpackMore(end);
  }

  private void finish() {
    try {
      unpackMore(size());
    } catch (IOException | RuntimeException _) {
      // It was closed. Whoever needs the part begins again, and gets the fault.
    }
  }

  private synchronized FileChannel unpackMore(long end) throws IOException {
    FileChannel to = out;
    if (to == null) {
      to = scratch.open();
      out = to;
      unpacked = 0;
      in = new ReadAhead(compression.unpack(blocks()));
    }
    boolean done = false;
    try {
      byte[] block = new byte[BLOCK];
      while (unpacked < end) {
        unpacked += write(block, to);
      }
      if (unpacked == size()) {
        stop();
      }
      done = true;
    } finally {
      if (!done) {
        discard();
      }
    }
    return to;
  }

  private InputStream blocks() {
    return new PackedBlocks(map, file, map.firstBlock(number), map.endBlock(number));
  }

  private int write(byte[] block, FileChannel to) throws IOException {
    int wanted = (int) Math.min(block.length, size() - unpacked);
    int n = Objects.requireNonNull(in).readNBytes(block, 0, wanted);
    if (n < wanted) {
      throw new IOException("compressed data unpacks to another size than before");
    }
    ByteBuffer bytes = ByteBuffer.wrap(block, 0, n);
    while (bytes.hasRemaining()) {
      to.write(bytes, unpacked + bytes.position());
    }
    return n;
  }

  // An interrupted thread closes the file for all.
  private synchronized void forget(FileChannel closed) throws IOException {
    if (closed.equals(out)) {
      discard();
    }
  }

  private void stop() throws IOException {
    InputStream decoder = in;
    in = null;
    buffers.end(this);
    if (decoder != null) {
      decoder.close();
    }
  }

  private void discard() throws IOException {
    FileChannel spooled = out;
    out = null;
    unpacked = 0;
    try {
      stop();
    } finally {
      if (spooled != null) {
        spooled.close();
      }
    }
  }
}
