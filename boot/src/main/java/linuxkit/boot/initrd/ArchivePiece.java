package linuxkit.boot.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import linuxkit.base.FileFailure;
import linuxkit.base.cache.CachedFile;
import linuxkit.base.io.BlockInput;
import linuxkit.boot.loader.JoinedContent;
import linuxkit.filesystem.Content;

/**
 * A piece of an initrd that is one archive, compressed or not, as the cache keeps it: with two
 * numbers after it.
 *
 * @param sum CRC-32 of the bytes before compression
 * @param length their number
 */
record ArchivePiece(CachedFile file, int sum, long length) {
  private static final int NUMBERS = Integer.BYTES + Long.BYTES;

  /** Reads the numbers of a piece. */
  static ArchivePiece of(CachedFile file) {
    ByteBuffer numbers = ByteBuffer.allocate(NUMBERS);
    try (FileChannel channel = file.channel()) {
      channel.position(file.size() - NUMBERS);
      while (numbers.hasRemaining() && channel.read(numbers) >= 0) {}
    } catch (IOException e) {
      throw FileFailure.of("cannot read a piece of the initrd", e);
    }
    numbers.flip();
    return new ArchivePiece(file, numbers.getInt(), numbers.getLong());
  }

  /** Returns the bytes that the cache keeps after those of a piece. */
  static byte[] numbers(int sum, long length) {
    return ByteBuffer.allocate(NUMBERS).putInt(sum).putLong(length).array();
  }

  /** Returns the size in bytes, after compression. */
  long size() {
    return file.size() - NUMBERS;
  }

  /** Returns the piece without the numbers. */
  Content content() {
    return new Bytes(this);
  }

  private record Bytes(ArchivePiece piece) implements Content {
    @Override
    public long size() {
      return piece.size();
    }

    @Override
    public String sha256() {
      return new JoinedContent(List.of(this)).sha256();
    }

    @Override
    public InputStream open() throws IOException {
      return new First(piece.file.open(), size());
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      piece.file.copyTo(new FirstOutput(out, size()));
    }
  }

  /** Reads the first bytes of a stream, and the others at the end, which verifies all of them. */
  private static final class First extends BlockInput {
    private final InputStream in;
    private long left;

    First(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        in.transferTo(OutputStream.nullOutputStream());
        return -1;
      }
      int n = in.read(bytes, offset, (int) Math.min(left, length));
      left -= Math.max(0, n);
      return n;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** Passes on the first bytes. */
  private static final class FirstOutput extends OutputStream {
    private final OutputStream out;
    private long left;

    FirstOutput(OutputStream out, long left) {
      this.out = out;
      this.left = left;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      int n = (int) Math.min(left, count);
      out.write(bytes, offset, n);
      left -= n;
    }
  }
}
