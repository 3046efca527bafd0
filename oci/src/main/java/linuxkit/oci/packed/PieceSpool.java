package linuxkit.oci.packed;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import linuxkit.base.FileFailure;
import org.jspecify.annotations.Nullable;

/**
 * Takes the unpacked data of a {@link PackedScan}, so that a large piece need not be unpacked again
 * when it is read. Keeps nothing of data that can be read in parts. It is a convenience: if the
 * file cannot be written, there is no copy. For one thread.
 */
public final class PieceSpool extends OutputStream {
  private final PackedScan scan;
  private final Scratch scratch;
  private @Nullable FileChannel file;
  private boolean useless;

  public PieceSpool(PackedScan scan, Scratch scratch) {
    this.scan = scan;
    this.scratch = scratch;
    this.useless = scan.compression() == LayerCompression.NONE;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (useless) {
      return;
    }
    if (scan.hasParts()) {
      close();
      return;
    }
    try {
      append(ByteBuffer.wrap(bytes, offset, length));
    } catch (IOException | FileFailure _) {
      close();
    }
  }

  private void append(ByteBuffer bytes) throws IOException {
    FileChannel to = file;
    if (to == null) {
      to = scratch.open();
      file = to;
    }
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  /** Returns the file with all of the data, which the caller closes; empty if there is no copy. */
  public Optional<FileChannel> finish() {
    FileChannel whole = file;
    file = null;
    useless = true;
    return Optional.ofNullable(whole);
  }

  /** Removes the copy. */
  @Override
  public void close() {
    finish().ifPresent(PieceSpool::discard);
  }

  static void discard(FileChannel unneeded) {
    try {
      unneeded.close();
    } catch (IOException _) {
      // Nothing of it is needed.
    }
  }
}
