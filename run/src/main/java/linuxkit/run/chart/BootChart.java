package linuxkit.run.chart;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a boot and their times, read from the records that a guest writes to its console if
 * its kernel command line has {@value #WORD}.
 *
 * @param parts in the order in which they began
 */
public record BootChart(List<Part> parts) {
  /** The word of the kernel command line that asks the guest for records. */
  public static final String WORD = "linuxkit.boot_chart";

  private static final Pattern RECORD =
      Pattern.compile(
          "linuxkit-chart: ([0-9]{1,15}) (begin|end) ([a-z]{1,20}) ([\\x21-\\x7e]{1,255})");

  /**
   * A part of a boot.
   *
   * @param kind such as {@code onboot} or {@code service}
   * @param begin in microseconds since the kernel started
   * @param end in microseconds; the last time of the chart if the part had not ended
   */
  public record Part(String kind, String name, long begin, long end) {
    /** Returns the time that it took, in microseconds. */
    public long duration() {
      return end - begin;
    }
  }

  public BootChart {
    parts = List.copyOf(parts);
  }

  /**
   * Reads the records in what a guest wrote to its console. Records after the end of the boot are
   * left out.
   */
  public static BootChart read(String console) {
    List<Part> parts = new ArrayList<>();
    Map<String, Integer> open = new HashMap<>();
    Matcher matcher = RECORD.matcher(console);
    long last = 0;
    boolean booting = true;
    while (booting && matcher.find()) {
      long time = Long.parseLong(matcher.group(1));
      String kind = matcher.group(3);
      String name = matcher.group(4);
      last = Math.max(last, time);
      if (kind.equals("boot") && parts.isEmpty()) {
        parts.add(new Part("kernel", "kernel", 0, time));
      }
      Integer index = open.remove(kind + " " + name);
      if (index != null) {
        // A second beginning ends the first: it was started again.
        parts.set(index, new Part(kind, name, parts.get(index).begin(), time));
      }
      if (matcher.group(2).equals("begin")) {
        open.put(kind + " " + name, parts.size());
        parts.add(new Part(kind, name, time, Long.MAX_VALUE));
      } else if (index != null) {
        booting = !kind.equals("boot");
      }
    }
    return new BootChart(ended(parts, last));
  }

  private static List<Part> ended(List<Part> parts, long last) {
    return parts.stream()
        .map(part -> new Part(part.kind(), part.name(), part.begin(), Math.min(part.end(), last)))
        .toList();
  }

  /** Returns whether the guest wrote no records: it is not ours, or ended too early. */
  public boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Returns the time at which the last part ended, in microseconds. */
  public long end() {
    return parts.stream().mapToLong(Part::end).max().orElse(0);
  }

  /** Returns a line for each part with its start and duration, and a line with the whole time. */
  public String table() {
    StringBuilder table = new StringBuilder();
    for (Part part : parts) {
      table.append(
          String.format(
              Locale.ROOT,
              "%9.3f s %9.3f s  %-10s %s%n",
              part.begin() / 1e6,
              part.duration() / 1e6,
              part.kind(),
              part.name()));
    }
    return table.append(String.format(Locale.ROOT, "%9.3f s in all%n", end() / 1e6)).toString();
  }
}
