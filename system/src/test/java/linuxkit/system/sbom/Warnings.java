package linuxkit.system.sbom;

import java.util.ArrayList;
import java.util.List;
import linuxkit.base.Progress;

/** A progress that keeps the warnings. */
final class Warnings implements Progress {
  final List<String> lines = new ArrayList<>();

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
