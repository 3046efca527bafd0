package linuxkit.boot;

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
 * A file that is put in its place by {@link #commit} and is not touched when it has the same bytes
 * already: that costs no more time, spares the disk, and what depends on the file's age stays
 * valid.
 */
final class OutputFile extends OutputStream {
  private final Path target;
  private final byte[] buffer = new byte[1 << 18];
  private long position;
  // While what was written so far is what this file begins with.
  private @Nullable FileChannel same;
  // Of the file that was there before.
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

  // No file could be renamed over a directory, or to a name that is too long: better now than when
  // other artefacts are in their places.
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

  /** What there is of another size than will be written is not looked at any more. */
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

  /** How many of the bytes are the next ones of the existing file; less when they differ. */
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
   * The new file itself, for what is not written from front to back; nothing may be written to this
   * stream then. Not to be closed.
   */
  FileChannel channel() throws IOException {
    begin();
    return Objects.requireNonNull(fresh).channel();
  }

  /** Puts what was written in its place; to be called once. */
  Artefact commit() throws IOException {
    if (found != null && same != null && same.size() == position) {
      return new Artefact(target, found);
    }
    begin();
    AtomicFile file = Objects.requireNonNull(fresh);
    FileStamp own = file.stamp();
    file.commit();
    FileStamp placed = FileStamp.of(target);
    // Another build may have put its file over this one already.
    return new Artefact(target, placed.isOfSameFile(own) ? placed : own);
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
