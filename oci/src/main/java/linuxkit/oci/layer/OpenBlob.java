package linuxkit.oci.layer;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.LinkedHashSet;
import linuxkit.oci.packed.PackedFile;
import org.jspecify.annotations.Nullable;

/** A blob whose file stays open between reads. Safe for use by several threads. */
final class OpenBlob implements PackedFile {
  /** The blobs that are open. Too many of them would use up the process's files. */
  static final class All {
    private static final int MOST = 64;

    private final LinkedHashSet<OpenBlob> blobs = new LinkedHashSet<>();

    private synchronized @Nullable OpenBlob add(OpenBlob blob) {
      OpenBlob oldest = blobs.size() < MOST ? null : blobs.removeFirst();
      blobs.add(blob);
      return oldest;
    }

    private synchronized void remove(OpenBlob blob) {
      blobs.remove(blob);
    }
  }

  private final LayerBlob blob;
  private final All all;
  private @Nullable FileChannel channel;

  OpenBlob(LayerBlob blob, All all) {
    this.blob = blob;
    this.all = all;
  }

  @Override
  public void read(long position, byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer into = ByteBuffer.wrap(bytes, offset, length);
    while (into.hasRemaining()) {
      if (read(position + into.position() - offset, into) < 0) {
        throw new EOFException("the blob is truncated");
      }
    }
  }

  /** Reads bytes as a channel does. */
  int read(long position, ByteBuffer into) throws IOException {
    while (true) {
      FileChannel open = channel();
      try {
        return open.read(into, position);
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (ClosedChannelException _) {
        // Another thread needed the place, or was interrupted, which closes a channel for all.
        close(open);
      }
    }
  }

  private FileChannel channel() throws IOException {
    FileChannel made;
    synchronized (this) {
      FileChannel open = channel;
      if (open != null) {
        return open;
      }
      made = blob.channel();
      channel = made;
    }
    OpenBlob oldest = all.add(this);
    if (oldest != null && oldest != this) {
      oldest.close();
    }
    return made;
  }

  private synchronized void close(FileChannel open) throws IOException {
    if (open.equals(channel)) {
      close();
    }
  }

  /** Closes the file until the next read, which may then find another one in its place. */
  synchronized void close() throws IOException {
    FileChannel open = channel;
    channel = null;
    all.remove(this);
    if (open != null) {
      open.close();
    }
  }
}
