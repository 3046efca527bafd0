package linuxkit.cli.console;

import java.util.List;
import java.util.Locale;
import linuxkit.base.ByteSize;

/** Formats the state of a task in one line: progress, rate and remaining time. */
final class TaskLine {
  private static final double NANOS = 1e9;

  /** Seconds after which a rate is meaningful. */
  private static final double SETTLED = 1;

  /** Characters of a label that distinguish the layers of an image. */
  private static final int LEAST_LABEL = 20;

  private TaskLine() {}

  /**
   * @param total in bytes; 0 or less if it is not known
   * @param nanos since the task began
   * @param room number of characters available
   */
  static String of(String label, long done, long total, long nanos, int room) {
    for (String state : states(done, total, nanos / NANOS)) {
      int left = room - state.length() - 1;
      if (left >= Math.min(label.length(), LEAST_LABEL)) {
        return cut(label, left) + " " + state;
      }
    }
    return cut(label, room);
  }

  /** Returns the states that can be shown, the longest first. */
  private static List<String> states(long done, long total, double seconds) {
    if (total <= 0) {
      return done > 0 ? List.of(ByteSize.text(done)) : List.of();
    }
    String share = Math.min(100, done * 100 / total) + "%";
    String whole = share + " of " + ByteSize.text(total);
    double rate = done / seconds;
    if (seconds < SETTLED || rate < 1) {
      return List.of(whole, share);
    }
    long left = (long) Math.ceil(Math.max(0, total - done) / rate);
    String rest = time(left) + " left";
    return List.of(
        whole + ", " + ByteSize.text((long) rate) + "/s, " + rest, share + ", " + rest, share);
  }

  private static String time(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", seconds / 60, seconds % 60)
        : String.format(Locale.ROOT, "%d:%02d h", seconds / 3600, seconds / 60 % 60);
  }

  /** Cuts the middle out: names begin alike, and the layers of an image differ at the end. */
  private static String cut(String text, int room) {
    if (text.length() <= room) {
      return text;
    }
    int tail = Math.max(0, room - 1) * 2 / 3;
    int head = Math.max(0, room - 1 - tail);
    return text.substring(0, head) + "…" + text.substring(text.length() - tail);
  }
}
