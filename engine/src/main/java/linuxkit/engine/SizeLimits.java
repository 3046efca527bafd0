package linuxkit.engine;

import java.util.List;
import linuxkit.system.manifest.Budget;

/**
 * Limits for the parts of a system, besides those of its manifest.
 *
 * @param origin where the limits were given, for failures
 */
public record SizeLimits(Budget budget, String origin) {
  /** No limits. */
  public static final SizeLimits NONE = new SizeLimits(Budget.parse(List.of(), ""), "");
}
