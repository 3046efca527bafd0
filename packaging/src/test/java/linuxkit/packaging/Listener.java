package linuxkit.packaging;

import java.util.List;
import linuxkit.base.Progress;

/** Keeps what a build said. */
record Listener(List<String> lines) implements Progress {
  @Override
  public void info(String line) {
    lines.add(line);
  }

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
