package linuxkit.base;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file that appears whole or not at all: it is written beside its target and renamed over it by
 * {@link #commit}. Closed without a commit, it leaves nothing.
 */
public final class AtomicFile implements AutoCloseable {
  // In characters of up to four bytes: with the rest, a name must not have more than 255.
  private static final int SHOWN = 48;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private boolean committed;

  private AtomicFile(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  /**
   * Opens a new file beside {@code target}, with the mode that the process's umask gives any new
   * file.
   */
  public static AtomicFile create(Path target) throws IOException {
    byte[] suffix = new byte[6];
    ThreadLocalRandom.current().nextBytes(suffix);
    Path temporary =
        target.resolveSibling(
            "." + start(target) + "." + HexFormat.of().formatHex(suffix) + ".tmp");
    return new AtomicFile(target, temporary, UnfinishedFiles.create(temporary));
  }

  private static String start(Path target) {
    String name = String.valueOf(target.getFileName());
    int length = Math.min(name.codePointCount(0, name.length()), SHOWN);
    return name.substring(0, name.offsetByCodePoints(0, length));
  }

  /** Writes all of {@code bytes} to {@code target}. */
  public static void write(Path target, byte[] bytes) throws IOException {
    try (AtomicFile file = create(target)) {
      file.stream().write(bytes);
      file.commit();
    }
  }

  /** Where the file will be. */
  public Path target() {
    return target;
  }

  /** The channel of the file in the making; this object owns it. */
  public FileChannel channel() {
    return channel;
  }

  /** An unbuffered stream over {@link #channel}; closing it is not needed. */
  public OutputStream stream() {
    return Channels.newOutputStream(channel);
  }

  /** Of the file in the making. */
  public FileStamp stamp() throws IOException {
    return FileStamp.of(temporary);
  }

  /** Puts the file in its place, over whatever was there. */
  public void commit() throws IOException {
    commitAs(target);
  }

  /**
   * The same under another name than was first thought of.
   *
   * @param place in the same directory as {@link #target}
   */
  public void commitAs(Path place) throws IOException {
    channel.close();
    try {
      Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, place, StandardCopyOption.REPLACE_EXISTING);
    }
    committed = true;
    UnfinishedFiles.remove(temporary);
  }

  @Override
  public void close() throws IOException {
    if (!committed) {
      channel.close();
      Files.deleteIfExists(temporary);
      UnfinishedFiles.remove(temporary);
    }
  }
}
