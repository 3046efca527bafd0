package linuxkit.system.assembly;

import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.system.SystemFailure;
import linuxkit.system.check.ForeignExecutables;
import linuxkit.yaml.Position;

/** Looks at each image before its files become part of the system. */
final class ImageChecks {
  private final Platform platform;
  private final Progress progress;

  ImageChecks(Platform platform, Progress progress) {
    this.platform = platform;
    this.progress = progress;
  }

  /**
   * @throws SystemFailure when nothing in the image could run; what may be meant so is a warning
   */
  void check(FileTree files, Reference reference, Position at) {
    ForeignExecutables.in(files, platform)
        .ifPresent(
            found -> {
              ForeignExecutables.Program first = found.foreign().getFirst();
              String what =
                  "%s (layer %s): /%s is a program for %s, but the system is for %s%s"
                      .formatted(
                          reference,
                          first.layer(),
                          first.path(),
                          first.machine(),
                          platform.architecture(),
                          found.foreign().size() == 1
                              ? ""
                              : "; so are " + (found.foreign().size() - 1) + " more");
              if (found.all()) {
                throw new SystemFailure(
                    what,
                    at.toString(),
                    "the image says that it is for " + platform + ": have it built anew");
              }
              progress.warn(at + ": " + what);
            });
  }
}
