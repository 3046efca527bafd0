package linuxkit.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;

/** The compiled guest, one program for each architecture; each is read once. */
public final class GuestPrograms {
  private final Path directory;
  private final ConcurrentHashMap<String, Content> programs = new ConcurrentHashMap<>();

  /**
   * @param directory holds {@code ARCHITECTURE/guest}, as {@code guest/Makefile} leaves them, and
   *     may hold {@code ARCHITECTURE/guest.sha256} for each, in hexadecimal digits: a build that
   *     finds everything made already need not hash them then
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

  /**
   * The SHA-256 of a program, in 64 lower-case hexadecimal digits.
   *
   * @throws linuxkit.base.Failure as {@link #find}
   */
  String sha256(String architecture) {
    Path known = directory.resolve(architecture).resolve("guest.sha256");
    try {
      return Files.readString(known).strip();
    } catch (NoSuchFileException _) {
      return find(architecture).sha256();
    } catch (IOException e) {
      throw FileFailure.of("cannot read", known, e);
    }
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
