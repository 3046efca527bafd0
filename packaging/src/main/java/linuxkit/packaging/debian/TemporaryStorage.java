package linuxkit.packaging.debian;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import linuxkit.base.FileFailure;
import linuxkit.base.Sha256;
import linuxkit.base.io.BlockInput;
import linuxkit.base.own.OwnFolder;
import linuxkit.filesystem.Content;

/**
 * Keeps the bytes of one build in an unnamed file, which disappears when this is closed. Until then
 * the contents can be read by several threads; only one may add to them.
 */
public final class TemporaryStorage implements AutoCloseable {
  /** Larger than any system that is built this way. */
  private static final long LARGEST = 64L << 30;

  private final Path directory;
  private final FileChannel channel;
  private long size;

  private TemporaryStorage(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Opens an empty storage.
   *
   * @param directory for the file; created if it is missing
   */
  public static TemporaryStorage open(Path directory) {
    try {
      Path folder = OwnFolder.make(directory, OwnFolder.Trust.VERIFIED, "remove it").path();
      Path file = Files.createTempFile(folder, ".content", null);
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      return new TemporaryStorage(directory, channel);
    } catch (IOException e) {
      throw FileFailure.of("cannot create a temporary file in", directory, e);
    }
  }

  /** Writes content, of whatever length. */
  @FunctionalInterface
  public interface Writer {
    /**
     * @param out buffered; need not be closed
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Adds all of a stream. */
  public Content add(InputStream in) throws IOException {
    return add(in::transferTo);
  }

  /** Adds the output of a writer. */
  public Content add(Writer writer) throws IOException {
    Output out = new Output();
    writer.writeTo(out);
    return out.finish();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw FileFailure.of("cannot remove the temporary file in", directory, e);
    }
  }

  private final class Output extends OutputStream {
    private final long start = size;
    private final MessageDigest digest = Sha256.digest();
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

    @Override
    public void write(int b) throws IOException {
      if (!buffer.hasRemaining()) {
        drain();
      }
      buffer.put((byte) b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      for (int done = 0; done < length; ) {
        if (!buffer.hasRemaining()) {
          drain();
        }
        int n = Math.min(buffer.remaining(), length - done);
        buffer.put(bytes, offset + done, n);
        done += n;
      }
    }

    private void drain() throws IOException {
      digest.update(buffer.flip());
      buffer.rewind();
      if (size + buffer.remaining() > LARGEST) {
        throw new IOException("more than " + (LARGEST >> 30) + " GiB of files");
      }
      while (buffer.hasRemaining()) {
        size += channel.write(buffer, size);
      }
      buffer.clear();
    }

    Content finish() throws IOException {
      drain();
      return new Part(start, size - start, HexFormat.of().formatHex(digest.digest()));
    }
  }

  /** Content that needs no verification on reading, because nobody else can open the file. */
  private final class Part implements Content {
    private final long start;
    private final long length;
    private final String sha256;

    Part(long start, long length, String sha256) {
      this.start = start;
      this.length = length;
      this.sha256 = sha256;
    }

    @Override
    public long size() {
      return length;
    }

    @Override
    public String sha256() {
      return sha256;
    }

    @Override
    public InputStream open() {
      return openAt(0);
    }

    @Override
    public InputStream openAt(long offset) {
      Objects.checkIndex(offset, length + 1);
      return new Input(start + offset, start + length);
    }
  }

  private final class Input extends BlockInput {
    private final long end;
    private long position;

    Input(long start, long end) {
      this.position = start;
      this.end = end;
    }

    @Override
    protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
      if (position == end) {
        return -1;
      }
      int most = (int) Math.min(length, end - position);
      int n = channel.read(ByteBuffer.wrap(bytes, offset, most), position);
      if (n <= 0) {
        throw new IOException("the temporary file was truncated");
      }
      position += n;
      return n;
    }
  }
}
