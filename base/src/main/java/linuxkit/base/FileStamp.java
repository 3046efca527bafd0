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
 * Shows, without reading a regular file, that nobody has written to it since. The kernel itself
 * sets the time of the last change (ctime), which no program can set back. Version control systems
 * detect changed files in the same way.
 *
 * @param key device and inode
 * @param size in bytes
 * @param modified in nanoseconds since 1970
 * @param changed in nanoseconds since 1970: the last change of the content or of the metadata
 */
public record FileStamp(String key, long size, long modified, long changed) {
  /**
   * @throws IOException if the file is missing or not a regular file
   */
  public static FileStamp of(Path path) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isRegularFile()) {
      throw new IOException("not a regular file: " + path);
    }
    // The JDK has no method for this attribute.
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

  /**
   * Returns whether both stamps are of one file, which may have changed, not of two files in one
   * place.
   */
  public boolean isOfSameFile(FileStamp other) {
    return key.equals(other.key);
  }

  // Written by hand: the generated method costs milliseconds in every process that calls it.
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

  /** Reads what {@link #write} wrote. */
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
