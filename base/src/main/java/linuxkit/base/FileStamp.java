package linuxkit.base;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * By what a regular file shows that nobody has written to it since, without being read: the kernel
 * sets the time of the last change itself, whatever else is done to hide one. This is how version
 * control knows which files to look into.
 *
 * @param key device and inode
 * @param size in bytes
 * @param modified in nanoseconds since 1970
 * @param changed likewise: of the bytes or of what the file system knows about the file
 */
public record FileStamp(String key, long size, long modified, long changed) {
  /**
   * @throws IOException when the file is missing, or is none
   */
  public static FileStamp of(Path path) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isRegularFile()) {
      throw new IOException("no regular file: " + path);
    }
    // The only one of them that the JDK has no method for.
    Object changed = Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
    return new FileStamp(
        String.valueOf(found.fileKey()),
        found.size(),
        nanoseconds(found.lastModifiedTime()),
        nanoseconds((FileTime) changed));
  }

  private static long nanoseconds(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  /** Whether it is one file, which may have changed, and not another in its place. */
  public boolean isOfSameFile(FileStamp other) {
    return key.equals(other.key);
  }

  // By hand: what the JVM makes of a record for it takes milliseconds in every process that asks.
  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof FileStamp other
        && other.key.equals(key)
        && other.size == size
        && other.modified == modified
        && other.changed == changed;
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, size, modified, changed);
  }

  /** What {@link #write} wrote. */
  public static FileStamp read(DataInput in) throws IOException {
    return new FileStamp(in.readUTF(), in.readLong(), in.readLong(), in.readLong());
  }

  public void write(DataOutput out) throws IOException {
    out.writeUTF(key);
    out.writeLong(size);
    out.writeLong(modified);
    out.writeLong(changed);
  }
}
