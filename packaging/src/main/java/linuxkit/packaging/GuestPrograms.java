package linuxkit.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;

/** The compiled guest program for each architecture, read at most once. */
public final class GuestPrograms {
  private final Path directory;
  private final ConcurrentHashMap<String, Content> programs = new ConcurrentHashMap<>();

  /**
   * @param directory contains {@code ARCHITECTURE/guest}, as {@code guest/Makefile} makes them, and
   *     optionally {@code ARCHITECTURE/guest.sha256} in hexadecimal digits, which saves hashing the
   *     programs in builds that find everything in the store, and a file {@code version}
   */
  public GuestPrograms(Path directory) {
    this.directory = directory;
  }

  /**
   * Returns the program for an architecture.
   *
   * @throws linuxkit.base.Failure if it is missing or cannot be read
   */
  Content find(String architecture) {
    return programs.computeIfAbsent(architecture, this::read);
  }

  /**
   * Returns the SHA-256 of a program, in 64 lower-case hexadecimal digits.
   *
   * @throws linuxkit.base.Failure if the program is missing or cannot be read
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

  /**
   * Returns the version of the programs, if it is known.
   *
   * @throws linuxkit.base.Failure if the file of that name cannot be read
   */
  Optional<String> version() {
    Path file = directory.resolve("version");
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
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
