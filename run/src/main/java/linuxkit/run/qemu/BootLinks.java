package linuxkit.run.qemu;

import java.io.IOException;
import java.nio.file.Path;
import linuxkit.base.FileFailure;
import linuxkit.base.Printable;
import linuxkit.base.Progress;
import linuxkit.run.BootImage;

/** Reports links among the files of a guest: the guest can read what they lead to. */
final class BootLinks {
  private BootLinks() {}

  /** Warns of each file that is a link out of its folder, for example to a private key. */
  static void report(BootImage image, Progress progress) {
    for (Path file : image.files()) {
      try {
        Path target = file.toRealPath();
        if (!target.startsWith(file.toAbsolutePath().resolveSibling("").toRealPath())) {
          progress.warn(
              Printable.line(file + " is a link to " + target + ", which the guest can read"));
        }
      } catch (IOException e) {
        throw FileFailure.of("cannot read", file, e);
      }
    }
  }
}
