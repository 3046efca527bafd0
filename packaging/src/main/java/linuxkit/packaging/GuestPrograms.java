package linuxkit.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;

/** The compiled guest, one program for each architecture; each is read once. */
public final class GuestPrograms {
  private final Path directory;
  private final ConcurrentHashMap<String, Content> programs = new ConcurrentHashMap<>();

  /**
   * @param directory holds {@code ARCHITECTURE/guest}, as {@code guest/Makefile} leaves them
   */
  public GuestPrograms(Path directory) {
    this.directory = directory;
  }

  /**
   * @throws linuxkit.base.Failure when there is none, or it cannot be read
   */
  Content find(String architecture) {
    return programs.computeIfAbsent(architecture, this::read);
  }

  private Content read(String architecture) {
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
