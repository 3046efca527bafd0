package linuxkit.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.boot.Artefact;
import linuxkit.boot.Format;
import linuxkit.boot.Outputs;
import linuxkit.boot.RawCompression;
import linuxkit.system.assembly.SystemTree;

/** The formats of a build and the place that its artefacts are written to. */
public sealed interface BuildTarget {
  /** Returns the formats in the order in which they were requested. */
  List<Format> formats();

  /**
   * Returns the files that the build may write.
   *
   * @param compression of raw disks, which their names end in
   */
  List<Path> files(RawCompression compression);

  /**
   * Returns the kind of the target and its place, each part a text of its own: a VMDK and an OVA
   * contain the name, but not the directory.
   */
  List<String> place();

  /**
   * Writes a system and returns its artefacts, with none for a stream.
   *
   * @throws linuxkit.base.Failure if it cannot be written
   */
  List<Artefact> write(SystemTree system, Outputs outputs, Progress progress);

  /** Artefacts named after the system. */
  record Named(List<Format> formats, Path directory, String name) implements BuildTarget {
    /**
     * @throws RequestFailure if there is no format
     */
    public Named {
      formats = List.copyOf(formats);
      if (formats.isEmpty()) {
        throw new RequestFailure("no format is named", "name at least one");
      }
    }

    @Override
    public List<String> place() {
      return List.of("named", directory.toString(), name);
    }

    @Override
    public List<Artefact> write(SystemTree system, Outputs outputs, Progress progress) {
      progress.info("Create outputs:");
      List<Artefact> made = outputs.write(system, formats, directory, name);
      made.forEach(artefact -> progress.info("  " + artefact.path()));
      outputs
          .memory(system, formats)
          .ifPresent(
              memory -> progress.info("The system needs at least " + memory + " MiB of memory."));
      return made;
    }

    @Override
    public List<Path> files(RawCompression compression) {
      return formats.stream()
          .flatMap(format -> format.suffixes(compression).stream())
          .map(suffix -> directory.resolve(name + suffix))
          .toList();
    }
  }

  /** One streamed format, in a file of any name. */
  record ToFile(Format format, Path file) implements BuildTarget {
    /**
     * @throws RequestFailure if the format has several files or cannot be streamed
     */
    public ToFile {
      checkStreamed(format);
    }

    @Override
    public List<Format> formats() {
      return List.of(format);
    }

    @Override
    public List<String> place() {
      return List.of("file", file.toString());
    }

    @Override
    public List<Artefact> write(SystemTree system, Outputs outputs, Progress progress) {
      return outputs.write(system, format, file);
    }

    @Override
    public List<Path> files(RawCompression compression) {
      return List.of(file);
    }
  }

  /**
   * One streamed format, written to a stream that stays open.
   *
   * @param name of the stream, for failures
   */
  record ToStream(Format format, OutputStream stream, String name) implements BuildTarget {
    /**
     * @throws RequestFailure if the format has several files or cannot be streamed
     */
    public ToStream {
      checkStreamed(format);
    }

    @Override
    public List<Format> formats() {
      return List.of(format);
    }

    @Override
    public List<String> place() {
      return List.of("stream", name);
    }

    @Override
    public List<Artefact> write(SystemTree system, Outputs outputs, Progress progress) {
      try {
        outputs.stream(system, format, stream);
        return List.of();
      } catch (IOException e) {
        throw FileFailure.of("cannot write", Path.of(name), e);
      }
    }

    @Override
    public List<Path> files(RawCompression compression) {
      return List.of();
    }
  }

  private static void checkStreamed(Format format) {
    if (!format.isStreamed()) {
      throw new RequestFailure(
          "the format " + format.label() + " cannot be written to one output",
          "use tar or docker, or a target named after the system");
    }
  }

  /** Returns whether the build may write a file. */
  default boolean writes(Path file, RawCompression compression) {
    Path wanted = file.toAbsolutePath().normalize();
    return files(compression).stream().anyMatch(f -> f.toAbsolutePath().normalize().equals(wanted));
  }
}
