package linuxkit.system.inspect;

import java.util.ArrayList;
import java.util.List;

/**
 * Divides a rectangle among sizes so that the parts are as square as possible (Bruls, Huizing, van
 * Wijk: Squarified Treemaps, 2000).
 */
final class Treemap {
  /** A rectangle in the units of the whole. */
  record Area(double left, double top, double width, double height) {}

  private Treemap() {}

  /**
   * Divides a rectangle.
   *
   * @param sizes positive, the largest first
   * @return an area for each, in order
   */
  static List<Area> divide(List<Long> sizes, Area whole) {
    double scale = whole.width() * whole.height() / sizes.stream().mapToLong(Long::longValue).sum();
    List<Area> areas = new ArrayList<>();
    Area rest = whole;
    int start = 0;
    while (start < sizes.size()) {
      double side = Math.min(rest.width(), rest.height());
      int end = start + 1;
      double sum = sizes.get(start) * scale;
      while (end < sizes.size()) {
        double next = sizes.get(end) * scale;
        double now = worst(sizes.get(start) * scale, sizes.get(end - 1) * scale, sum, side);
        if (worst(sizes.get(start) * scale, next, sum + next, side) > now) {
          break;
        }
        sum += next;
        end++;
      }
      rest = row(sizes.subList(start, end), scale, sum, rest, areas);
      start = end;
    }
    return areas;
  }

  /** Returns the aspect ratio of the least square part of a row along a side. */
  private static double worst(double largest, double smallest, double sum, double side) {
    double thickness = sum / side;
    return Math.max(largest / (thickness * thickness), thickness * thickness / smallest);
  }

  private static Area row(List<Long> sizes, double scale, double sum, Area in, List<Area> areas) {
    boolean wide = in.width() >= in.height();
    double thickness = sum / (wide ? in.height() : in.width());
    double at = wide ? in.top() : in.left();
    for (long size : sizes) {
      double length = size * scale / thickness;
      areas.add(
          wide
              ? new Area(in.left(), at, thickness, length)
              : new Area(at, in.top(), length, thickness));
      at += length;
    }
    return wide
        ? new Area(in.left() + thickness, in.top(), in.width() - thickness, in.height())
        : new Area(in.left(), in.top() + thickness, in.width(), in.height() - thickness);
  }
}
