package linuxkit.system.sbom;

import linuxkit.base.Progress;

/** What is wrong with the data that a bill of materials is made from: said, and counted. */
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
