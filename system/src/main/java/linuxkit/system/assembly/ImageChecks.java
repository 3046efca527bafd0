package linuxkit.system.assembly;

import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.system.SystemFailure;
import linuxkit.system.check.ForeignExecutables;
import linuxkit.yaml.Position;

/** Checks each image before its files become part of the system. */
final class ImageChecks {
  private final Platform platform;
  private final Progress progress;

  ImageChecks(Platform platform, Progress progress) {
    this.platform = platform;
    this.progress = progress;
  }

  /**
   * Warns of programs that cannot run.
   *
   * @throws SystemFailure if no program of the image can run
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
                    what, at.toString(), "rebuild the image, which claims to be for " + platform);
              }
              progress.warn(at + ": " + what);
            });
  }
}
