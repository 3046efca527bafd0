package linuxkit.cli.console;

import linuxkit.base.Progress;

/** Reports information and warnings as details, for commands whose output is the result. */
public record QuietProgress(Progress progress) implements Progress {
  @Override
  public void info(String line) {
    progress.detail(line);
  }

  @Override
  public void warn(String line) {
    progress.detail("warning: " + line);
  }

  @Override
  public void detail(String line) {
    progress.detail(line);
  }

  @Override
  public Task begin(String label, long total) {
    return progress.begin(label, total);
  }
}
