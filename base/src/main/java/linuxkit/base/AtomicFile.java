package linuxkit.base;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * A file that appears whole or not at all. It is written beside its target and renamed over it by
 * {@link #commit}. If it is closed without a commit, nothing remains.
 */
public final class AtomicFile implements AutoCloseable {
  // Characters of up to four bytes: with prefix and suffix, a name stays within 255 bytes.
  private static final int SHOWN = 48;
  private static final Pattern SUFFIX = Pattern.compile("[0-9a-f]{12}\\.tmp");

  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

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
    return create(target, new FileAttribute<?>[0]);
  }

  /** Opens a new file beside {@code target} that only its owner may read and write. */
  public static AtomicFile createPrivate(Path target) throws IOException {
    return create(target, PRIVATE);
  }

  private static AtomicFile create(Path target, FileAttribute<?>... attributes) throws IOException {
    byte[] suffix = new byte[6];
    ThreadLocalRandom.current().nextBytes(suffix);
    Path temporary =
        target.resolveSibling(
            "." + start(target) + "." + HexFormat.of().formatHex(suffix) + ".tmp");
    return new AtomicFile(target, temporary, UnfinishedFiles.create(temporary, attributes));
  }

  /**
   * Deletes what processes that were killed left of this file: temporary files of the user that
   * nobody has written to for a day.
   */
  public static void deleteLeftovers(Path target) throws IOException {
    String prefix = "." + start(target) + ".";
    Instant limit = Instant.now().minus(Duration.ofDays(1));
    Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent());
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, file -> isTemporary(file, prefix))) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
            .toInstant()
            .isBefore(limit)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isTemporary(Path file, String prefix) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(prefix)
        && SUFFIX.matcher(name.substring(prefix.length())).matches()
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
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

  /** Returns the path that the file will have after {@link #commit}. */
  public Path target() {
    return target;
  }

  /** Returns the channel of the temporary file; this object closes it. */
  public FileChannel channel() {
    return channel;
  }

  /** Returns an unbuffered stream over {@link #channel}, which need not be closed. */
  public OutputStream stream() {
    return Channels.newOutputStream(channel);
  }

  /** Returns the stamp of the temporary file. */
  public FileStamp stamp() throws IOException {
    return FileStamp.of(temporary);
  }

  /** Renames the file to its target and replaces what was there. */
  public void commit() throws IOException {
    commitAs(target);
  }

  /**
   * Renames the file to another name than its target.
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

  /**
   * Removes the file's name, and returns its channel, which the caller closes: until then, the file
   * can be written and read, and afterwards nothing remains.
   */
  public FileChannel withoutName() throws IOException {
    Files.deleteIfExists(temporary);
    UnfinishedFiles.remove(temporary);
    committed = true;
    return channel;
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
