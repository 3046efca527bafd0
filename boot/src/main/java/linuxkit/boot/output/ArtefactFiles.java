package linuxkit.boot.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import linuxkit.base.FileFailure;
import linuxkit.base.FileStamp;
import linuxkit.base.Parallel;
import linuxkit.disk.DiskFailure;

/** Writes artefacts in parallel, and puts them in place once all of them are complete. */
public final class ArtefactFiles {
  private ArtefactFiles() {}

  /**
   * Writes artefacts.
   *
   * @param stale files that are removed once the artefacts are in place
   * @return each file as it was left, in the order of {@code contents}
   * @throws linuxkit.base.Failure if one of them cannot be written; no file has then changed
   */
  public static SequencedMap<Path, FileStamp> write(
      Map<Path, ArtefactContent> contents, Collection<Path> stale) {
    List<OutputFile> files = new ArrayList<>();
    try {
      for (Path path : contents.keySet()) {
        at(path, () -> files.add(new OutputFile(path)));
      }
      Parallel.map(files, file -> write(file, contents));
      SequencedMap<Path, FileStamp> written = new LinkedHashMap<>();
      for (OutputFile file : files) {
        at(file.target(), () -> written.put(file.target(), file.commit()));
      }
      stale.forEach(path -> at(path, () -> Files.deleteIfExists(path)));
      return written;
    } finally {
      for (OutputFile file : files) {
        at(file.target(), file::close);
      }
    }
  }

  private static Path write(OutputFile file, Map<Path, ArtefactContent> contents) {
    ArtefactContent content = Objects.requireNonNull(contents.get(file.target()));
    at(
        file.target(),
        () -> {
          if (content instanceof ArtefactContent.File placed) {
            placed.writeTo(file.channel());
          } else if (content instanceof ArtefactContent.Stream stream) {
            if (stream.size().isPresent()) {
              file.expect(stream.size().getAsLong());
            }
            stream.writeTo(file);
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
