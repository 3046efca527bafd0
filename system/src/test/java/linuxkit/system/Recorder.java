package linuxkit.system;

import java.util.ArrayList;
import java.util.List;
import linuxkit.base.Progress;

/** A progress that keeps its messages. */
public final class Recorder implements Progress {
  public final List<String> infos = new ArrayList<>();
  public final List<String> warnings = new ArrayList<>();

  /** Creates an empty recorder. */
  public Recorder() {}

  @Override
  public synchronized void info(String line) {
    infos.add(line);
  }

  @Override
  public synchronized void warn(String line) {
    warnings.add(line);
  }

  @Override
  public void detail(String line) {}

  @Override
  public Task begin(String label, long total) {
    return Progress.silent().begin(label, total);
  }
}
