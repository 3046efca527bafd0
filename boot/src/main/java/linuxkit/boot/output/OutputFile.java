package linuxkit.boot.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileStamp;
import org.jspecify.annotations.Nullable;

/**
 * A file that {@link #commit} puts in its place. A file that already has the same bytes is not
 * touched: this is as fast, spares the disk, and keeps the file's age for tools that rely on it.
 */
final class OutputFile extends OutputStream {
  private final Path target;
  private final byte[] buffer = new byte[1 << 18];
  private long position;
  // Non-null while the existing file begins with all that was written so far.
  private @Nullable FileChannel same;
  // The stamp of the existing file.
  private @Nullable FileStamp found;
  private @Nullable AtomicFile fresh;
  private @Nullable OutputStream out;

  OutputFile(Path target) throws IOException {
    this.target = target;
    if (isRegularFile(target) && Files.isReadable(target)) {
      found = FileStamp.of(target);
      same = FileChannel.open(target, StandardOpenOption.READ);
    } else {
      begin();
    }
  }

  // Renaming a file over a directory, or to a name that is too long, would fail: it is better to
  // fail now than after other artefacts are in place.
  private static boolean isRegularFile(Path target) throws IOException {
    BasicFileAttributes there;
    try {
      there = Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException _) {
      return false;
    }
    if (there.isDirectory()) {
      throw new FileSystemException(target.toString(), null, "Is a directory");
    }
    return there.isRegularFile();
  }

  Path target() {
    return target;
  }

  /** Stops comparing with an existing file whose size differs from what will be written. */
  void expect(long size) throws IOException {
    if (same != null && same.size() != size) {
      begin();
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    int done = same == null ? 0 : matching(same, bytes, offset, count);
    position += done;
    if (done < count) {
      begin().write(bytes, offset + done, count - done);
      position += count - done;
    }
  }

  /** Returns how many of the bytes are the next ones of the existing file. */
  private int matching(FileChannel file, byte[] bytes, int offset, int count) throws IOException {
    int done = 0;
    while (done < count) {
      int want = Math.min(buffer.length, count - done);
      int n = file.read(ByteBuffer.wrap(buffer, 0, want), position + done);
      if (n <= 0 || !Arrays.equals(buffer, 0, n, bytes, offset + done, offset + done + n)) {
        return done;
      }
      done += n;
    }
    return done;
  }

  private OutputStream begin() throws IOException {
    OutputStream stream = out;
    if (stream == null) {
      AtomicFile file = AtomicFile.create(target);
      fresh = file;
      stream = file.stream();
      out = stream;
      FileChannel prefix = same;
      same = null;
      if (prefix != null) {
        try (prefix) {
          for (long at = 0; at < position; ) {
            long n = prefix.transferTo(at, position - at, file.channel());
            if (n <= 0) {
              throw new IOException("the file became shorter while it was read");
            }
            at += n;
          }
        }
      }
    }
    return stream;
  }

  /**
   * Returns the new file, for content that is not written from front to back. The caller does not
   * close it, and writes nothing to this stream.
   */
  FileChannel channel() throws IOException {
    begin();
    return Objects.requireNonNull(fresh).channel();
  }

  /** Puts the file in its place, once, and returns its stamp. */
  FileStamp commit() throws IOException {
    if (found != null && same != null && same.size() == position) {
      return found;
    }
    begin();
    AtomicFile file = Objects.requireNonNull(fresh);
    FileStamp own = file.stamp();
    file.commit();
    FileStamp placed = FileStamp.of(target);
    // Another build may have replaced the file already.
    return placed.isOfSameFile(own) ? placed : own;
  }

  @Override
  public void close() throws IOException {
    if (same != null) {
      same.close();
    }
    if (fresh != null) {
      fresh.close();
    }
  }
}
