package linuxkit.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;

/** The compiled guest programs for each architecture, read at most once. */
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
   * Returns a program for an architecture: {@code guest} or {@code tools}.
   *
   * @throws linuxkit.base.Failure if it is missing or cannot be read
   */
  Content find(String architecture, String program) {
    return programs.computeIfAbsent(architecture + "/" + program, _ -> read(architecture, program));
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
      return find(architecture, "guest").sha256();
    } catch (IOException e) {
      throw FileFailure.of("cannot read", known, e);
    }
  }

  /**
   * Returns the SHA-256 of the program {@code tools}, if there is one.
   *
   * @throws linuxkit.base.Failure if it cannot be read
   */
  Optional<String> toolsSha256(String architecture) {
    Path known = directory.resolve(architecture).resolve("tools.sha256");
    try {
      return Optional.of(Files.readString(known).strip());
    } catch (NoSuchFileException _) {
      return Optional.empty();
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

  private Content read(String architecture, String program) {
    Path file = directory.resolve(architecture).resolve(program);
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
