package linuxkit.run.chart;

import java.util.Locale;

/** Draws a boot chart as SVG: a row for each part, with the time from left to right. */
public final class ChartPicture {
  // In pixels.
  private static final int NAMES = 260;
  private static final int BARS = 900;
  private static final int ROW = 20;
  private static final int HEAD = 30;
  private static final int MICROSECONDS = 1_000_000;

  private ChartPicture() {}

  /** Returns the picture. */
  public static String of(BootChart chart) {
    long end = Math.max(chart.end(), 1);
    int height = HEAD + ROW * (chart.parts().size() + 1);
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " font-family=\"sans-serif\" font-size=\"12\">%n"
                + "<title>Boot chart</title>%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n",
            NAMES + BARS + ROW,
            height));
    seconds(svg, end, height);
    int row = 0;
    for (BootChart.Part part : chart.parts()) {
      row(svg, part, end, HEAD + ROW * row++);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void seconds(StringBuilder svg, long end, int height) {
    // At most twenty lines.
    long step = Math.ceilDiv(end, 20L * MICROSECONDS) * MICROSECONDS;
    for (long time = 0; time <= end; time += step) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<path d=\"M%1$.1f %2$d V%3$d\" stroke=\"#dddddd\"/>"
                  + "<text x=\"%1$.1f\" y=\"16\" text-anchor=\"middle\">%4$d s</text>%n",
              x(time, end),
              HEAD - 8,
              height,
              time / MICROSECONDS));
    }
  }

  private static void row(StringBuilder svg, BootChart.Part part, long end, int y) {
    double start = x(part.begin(), end);
    double width = Math.max(1, x(part.end(), end) - start);
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"4\" y=\"%d\">%s</text>"
                + "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\">"
                + "<title>%.3f s</title></rect>%n",
            y + ROW - 6,
            escape(part.kind() + " " + part.name()),
            start,
            y + 3,
            width,
            ROW - 6,
            colour(part.kind()),
            part.duration() / 1e6));
  }

  private static double x(long time, long end) {
    return NAMES + (double) BARS * time / end;
  }

  private static String colour(String kind) {
    return switch (kind) {
      case "kernel" -> "#7f7f7f";
      case "onboot" -> "#2ca02c";
      case "containerd" -> "#ff7f0e";
      case "service" -> "#1f77b4";
      default -> "#9edae5";
    };
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
