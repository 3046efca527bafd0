package linuxkit.engine;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import linuxkit.boot.Format;

/** The formats of a build and the place that its artefacts are written to. */
public sealed interface BuildTarget {
  /** Returns the formats in the order in which they were requested. */
  List<Format> formats();

  /** Returns the files that the build may write. */
  List<Path> files();

  /** Artefacts named after the system. */
  record Named(List<Format> formats, Path directory, String name) implements BuildTarget {
    @Override
    public List<Path> files() {
      return formats.stream()
          .flatMap(format -> format.suffixes().stream())
          .map(suffix -> directory.resolve(name + suffix))
          .toList();
    }
  }

  /** One streamed format, in a file of any name. */
  record ToFile(Format format, Path file) implements BuildTarget {
    @Override
    public List<Format> formats() {
      return List.of(format);
    }

    @Override
    public List<Path> files() {
      return List.of(file);
    }
  }

  /**
   * One streamed format, written to a stream that stays open.
   *
   * @param name of the stream, for failures
   */
  record ToStream(Format format, OutputStream stream, String name) implements BuildTarget {
    @Override
    public List<Format> formats() {
      return List.of(format);
    }

    @Override
    public List<Path> files() {
      return List.of();
    }
  }

  /** Checks whether the build may write a file. */
  default boolean writes(Path file) {
    Path wanted = file.toAbsolutePath().normalize();
    return files().stream().anyMatch(f -> f.toAbsolutePath().normalize().equals(wanted));
  }
}
