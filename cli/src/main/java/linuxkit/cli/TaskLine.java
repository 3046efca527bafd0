package linuxkit.cli;

import java.util.Locale;

/** How far a piece of work is, in one line: how much of what, how fast, how long still. */
final class TaskLine {
  private static final double NANOS = 1e9;

  /** Before so long, a rate says nothing. */
  private static final double SETTLED = 1;

  private TaskLine() {}

  /**
   * @param total in bytes; not above 0 when it is not known
   * @param nanos since it began
   * @param room how many characters there are
   */
  static String of(String label, long done, long total, long nanos, int room) {
    String state = state(done, total, nanos / NANOS);
    int left = room - state.length() - 1;
    if (left < 2) {
      return cut(label, room);
    }
    return cut(label, left) + (state.isEmpty() ? "" : " " + state);
  }

  private static String state(long done, long total, double seconds) {
    if (total <= 0) {
      return done > 0 ? Console.size(done) : "";
    }
    String share = Math.min(100, done * 100 / total) + "% of " + Console.size(total);
    double rate = done / seconds;
    if (seconds < SETTLED || rate < 1) {
      return share;
    }
    long left = (long) Math.ceil(Math.max(0, total - done) / rate);
    return share + ", " + Console.size((long) rate) + "/s, " + time(left) + " left";
  }

  private static String time(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", seconds / 60, seconds % 60)
        : String.format(Locale.ROOT, "%d:%02d h", seconds / 3600, seconds / 60 % 60);
  }

  private static String cut(String text, int room) {
    return text.length() <= room ? text : text.substring(0, Math.max(0, room - 1)) + "…";
  }
}
