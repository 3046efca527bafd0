package linuxkit.boot;

import java.util.List;
import linuxkit.base.Progress;

/** Records warnings. */
public record Warnings(List<String> lines) implements Progress {
  @Override
  public void info(String line) {}

  @Override
  public void warn(String line) {
    lines.add(line);
  }

  @Override
  public void detail(String line) {}

  @Override
  public Task begin(String label, long total) {
    return Progress.silent().begin(label, total);
  }
}
