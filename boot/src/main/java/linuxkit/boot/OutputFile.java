package linuxkit.boot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import linuxkit.base.AtomicFile;
import linuxkit.base.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * A file that is put in its place by {@link #commit} and is not touched when it has the same bytes
 * already: that costs no more time, spares the disk, and what depends on the file's age stays
 * valid.
 */
final class OutputFile extends OutputStream {
  private final Path target;
  private final byte[] buffer = new byte[1 << 18];
  private final MessageDigest digest = Sha256.digest();
  private long position;
  private boolean placed;
  // While what was written so far is what this file begins with.
  private @Nullable FileChannel same;
  private @Nullable AtomicFile fresh;
  private @Nullable OutputStream out;

  OutputFile(Path target) throws IOException {
    this.target = target;
    if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS) && Files.isReadable(target)) {
      same = FileChannel.open(target, StandardOpenOption.READ);
    } else {
      begin();
    }
  }

  Path target() {
    return target;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    digest.update(bytes, offset, count);
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
    placed = true;
    return Objects.requireNonNull(fresh).channel();
  }

  /** Puts what was written in its place; to be called once. */
  Artefact commit() throws IOException {
    if (placed) {
      hash(channel());
    }
    if (same == null || same.size() != position) {
      begin();
      AtomicFile file = fresh;
      if (file != null) {
        file.commit();
      }
    }
    return new Artefact(target, position, HexFormat.of().formatHex(digest.digest()));
  }

  private void hash(FileChannel file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(buffer);
    for (position = 0; file.read(bytes.clear(), position) > 0; position += bytes.position()) {
      digest.update(buffer, 0, bytes.position());
    }
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
