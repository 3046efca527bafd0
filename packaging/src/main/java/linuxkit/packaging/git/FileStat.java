package linuxkit.packaging.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The attributes by which git notices that a file has changed without reading it, each cut to 32
 * bits. Fractions of seconds are 0 if git did not record them.
 */
final class FileStat {
  private static final int CHANGED = 0;
  private static final int MODIFIED = 2;
  private static final int INODE = 4;
  static final int SIZE = 7;
  static final int LENGTH = 8;

  private final int[] values;

  FileStat(int[] values) {
    this.values = values;
  }

  /** Reads the attributes of a file. */
  static FileStat of(Path file) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(
            file, "unix:ctime,lastModifiedTime,ino,uid,gid,size", LinkOption.NOFOLLOW_LINKS);
    int[] values = new int[LENGTH];
    time(found, "ctime", values, CHANGED);
    time(found, "lastModifiedTime", values, MODIFIED);
    values[INODE] = number(found, "ino");
    values[INODE + 1] = number(found, "uid");
    values[INODE + 2] = number(found, "gid");
    values[SIZE] = number(found, "size");
    return new FileStat(values);
  }

  private static int number(Map<String, Object> found, String name) {
    return found.get(name) instanceof Number number ? number.intValue() : 0;
  }

  private static void time(Map<String, Object> found, String name, int[] values, int at) {
    if (found.get(name) instanceof FileTime time) {
      long nanoseconds = time.to(TimeUnit.NANOSECONDS);
      values[at] = (int) Math.floorDiv(nanoseconds, 1_000_000_000L);
      values[at + 1] = (int) Math.floorMod(nanoseconds, 1_000_000_000L);
    }
  }

  /**
   * Returns whether a file with the attributes {@code now} is the one that has these.
   *
   * @param minimal whether only seconds and the size count (core.checkStat)
   * @param trustChanged whether the time of the last change counts (core.trustctime)
   */
  boolean isOf(FileStat now, boolean minimal, boolean trustChanged) {
    for (int i = 0; i < LENGTH; i++) {
      boolean fraction = i == CHANGED + 1 || i == MODIFIED + 1;
      boolean ignored =
          (i < MODIFIED && (!trustChanged || minimal))
              || (fraction && (minimal || values[i] == 0))
              || (i >= INODE && i < SIZE && minimal);
      if (!ignored && values[i] != now.values[i]) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether the file may have changed after it was recorded, within one second. */
  boolean isRacy(FileStat index) {
    return Integer.compareUnsigned(index.values[MODIFIED], values[MODIFIED]) <= 0;
  }
}
