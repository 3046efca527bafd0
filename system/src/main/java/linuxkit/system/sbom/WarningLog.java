package linuxkit.system.sbom;

import linuxkit.base.Progress;

/**
 * The warnings about the data of a bill of materials: reports them, and remembers that there are
 * any.
 */
final class WarningLog {
  private final Progress progress;
  private boolean any;

  WarningLog(Progress progress) {
    this.progress = progress;
  }

  void warn(String line) {
    any = true;
    progress.warn(line);
  }

  boolean any() {
    return any;
  }
}
