package linuxkit.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;

/**
 * The compiled guest, one program for each architecture.
 *
 * @param directory holds {@code ARCHITECTURE/guest}, as {@code guest/Makefile} leaves them
 */
public record GuestPrograms(Path directory) {
  /**
   * @throws linuxkit.base.Failure when there is none, or it cannot be read
   */
  Content find(String architecture) {
    Path file = directory.resolve(architecture).resolve("guest");
    if (!Files.isRegularFile(file)) {
      throw PackageFailure.guest(architecture, file.toString());
    }
    try {
      return Content.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw FileFailure.of("cannot read the guest program", file, e);
    }
  }
}
