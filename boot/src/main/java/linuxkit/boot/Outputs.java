package linuxkit.boot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import linuxkit.base.FileFailure;
import linuxkit.base.Parallel;
import linuxkit.base.Progress;
import linuxkit.base.WorkCache;
import linuxkit.boot.initrd.Compression;
import linuxkit.boot.initrd.Initrd;
import linuxkit.boot.initrd.InitrdBuilder;
import linuxkit.boot.initrd.InitrdFailure;
import linuxkit.boot.loader.LoaderFailure;
import linuxkit.disk.DiskFailure;
import linuxkit.filesystem.fat.FatFailure;
import linuxkit.filesystem.iso9660.IsoFailure;
import linuxkit.system.assembly.SystemTree;

/**
 * Writes a system in the forms that are asked for, several at once. Artefacts take their places
 * only when all of them are whole; streams that would not change a file leave it as it is.
 */
public final class Outputs {
  // As Linux has it.
  private static final int MOST_LINKS = 40;

  private final WorkCache cache;
  private final OutputOptions options;
  private final InitrdBuilder initrds;
  private final Progress progress;

  public Outputs(
      WorkCache cache, Compression compression, OutputOptions options, Progress progress) {
    this.cache = cache;
    this.options = options;
    this.initrds = new InitrdBuilder(cache, compression, progress);
    this.progress = progress;
  }

  /**
   * Writes the artefacts of all formats to {@code DIRECTORY/NAME-kernel} and the like. An artefact
   * of an earlier build that this system has not is removed, lest it be taken for one of its own.
   *
   * @param directory must exist
   * @return the artefacts, in order
   * @throws linuxkit.base.Failure when the system cannot be written in one of the formats, a file
   *     of it cannot be read, or an artefact not be written; none of them was then changed
   */
  public List<Artefact> write(
      SystemTree system, List<Format> formats, Path directory, String name) {
    check(directory);
    Artefacts artefacts = new Artefacts(system, name, options, cache, initrds, progress);
    Set<Format> distinct = new LinkedHashSet<>(formats);
    Format.check(distinct, options.platform());
    distinct.forEach(artefacts::check);
    Map<Path, Body> bodies = new LinkedHashMap<>();
    List<Path> stale = new ArrayList<>();
    for (Format format : distinct) {
      SequencedMap<String, Body> made = plan(artefacts, format);
      made.forEach((suffix, body) -> bodies.putIfAbsent(directory.resolve(name + suffix), body));
      format.suffixes().stream()
          .skip(made.size())
          .map(suffix -> directory.resolve(name + suffix))
          .filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .forEach(stale::add);
    }
    List<Artefact> written = write(bodies);
    stale.forEach(path -> at(path, () -> Files.deleteIfExists(path)));
    return written;
  }

  /**
   * Sees that outputs can be put into a directory, before there are any.
   *
   * @throws FileFailure when it is none
   */
  public static void check(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw FileFailure.of(
          "cannot write to the directory",
          directory,
          Files.exists(directory)
              ? new NotDirectoryException(directory.toString())
              : new NoSuchFileException(directory.toString()));
    }
  }

  // What is thrown without a place is about all of the output, and knows not which one it is.
  private static SequencedMap<String, Body> plan(Artefacts artefacts, Format format) {
    try {
      return artefacts.of(format);
    } catch (DiskFailure
        | FatFailure
        | InitrdFailure
        | IsoFailure
        | LoaderFailure
        | OutputFailure e) {
      throw e.where().isEmpty() ? new OutputFailure(e.what(), format.label(), e.hint(), e) : e;
    }
  }

  /**
   * How large the system's initrd is, in bytes, with the microcode; it is made when the cache has
   * it not.
   *
   * @throws linuxkit.base.Failure when there can be no initrd of the system
   */
  public long initrdSize(SystemTree system) {
    Initrd initrd = initrds.build(system);
    return system.microcode().map(initrd::withMicrocode).orElse(initrd).size();
  }

  /**
   * Writes one streamed format to a file of any name, which may be a link to it; directly to a
   * device, a pipe, or what this process has open already, as {@code /dev/stdout}.
   *
   * @return the artefact; none for what is written to directly
   * @throws linuxkit.base.Failure as the other
   */
  public List<Artefact> write(SystemTree system, Format format, Path file) {
    Optional<Path> place = place(file);
    if (place.isEmpty()) {
      try (OutputStream out = Files.newOutputStream(file)) {
        stream(system, format, out);
      } catch (IOException e) {
        throw FileFailure.of("cannot write", file, e);
      }
      return List.of();
    }
    return write(Map.of(place.get(), streamed(system, format)));
  }

  /** The file that another one can take the place of. */
  private static Optional<Path> place(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      Path at = file;
      for (int links = 0; Files.isSymbolicLink(at); links++) {
        Path absolute = at.toAbsolutePath();
        if (absolute.startsWith("/dev") || absolute.startsWith("/proc") || links == MOST_LINKS) {
          return Optional.empty();
        }
        at = at.resolveSibling(Files.readSymbolicLink(at));
      }
      return Optional.of(at);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", file, e);
    }
  }

  /**
   * Writes one streamed format to a stream, which stays open.
   *
   * @throws IOException when the stream cannot be written to
   * @throws linuxkit.base.Failure when the format is none to be streamed, or a file of the system
   *     cannot be read
   */
  public void stream(SystemTree system, Format format, OutputStream out) throws IOException {
    streamed(system, format).writeTo(out);
    out.flush();
  }

  private Body.Stream streamed(SystemTree system, Format format) {
    if (!format.isStreamed()) {
      throw new OutputFailure(
          "the format " + format.label() + " cannot be written to one output",
          "",
          "use tar or docker, or leave the output to be named after the system");
    }
    return new Artefacts(system, "", options, cache, initrds, progress).streamed(format);
  }

  private static List<Artefact> write(Map<Path, Body> bodies) {
    List<OutputFile> files = new ArrayList<>();
    try {
      for (Path path : bodies.keySet()) {
        at(path, () -> files.add(new OutputFile(path)));
      }
      Parallel.map(files, file -> write(file, bodies));
      List<Artefact> made = new ArrayList<>();
      for (OutputFile file : files) {
        at(file.target(), () -> made.add(file.commit()));
      }
      return made;
    } finally {
      for (OutputFile file : files) {
        at(file.target(), file::close);
      }
    }
  }

  private static Path write(OutputFile file, Map<Path, Body> bodies) {
    Body body = Objects.requireNonNull(bodies.get(file.target()));
    at(
        file.target(),
        () -> {
          switch (body) {
            case Body.Stream stream -> {
              if (stream.size().isPresent()) {
                file.expect(stream.size().getAsLong());
              }
              stream.writeTo(file);
            }
            case Body.File placed -> placed.writeTo(file.channel());
          }
        });
    return file.target();
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private static void at(Path file, Step step) {
    try {
      step.run();
    } catch (DiskFailure e) {
      throw e.in(file);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", file, e);
    }
  }
}
