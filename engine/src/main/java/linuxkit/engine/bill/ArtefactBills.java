package linuxkit.engine.bill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.FileFailure;
import linuxkit.base.FileStamp;
import linuxkit.base.Progress;
import linuxkit.base.own.NamedOutput;
import linuxkit.boot.Artefact;
import linuxkit.filesystem.Content;
import linuxkit.system.sbom.ImagePart;
import linuxkit.system.sbom.Sbom;
import linuxkit.system.sbom.SbomOptions;

/**
 * The bills of materials beside the artefacts of a build. They list the boot loaders, too, which
 * the one in the system cannot: its files are the same in all formats.
 */
public final class ArtefactBills implements AutoCloseable {
  private final Map<Path, NamedOutput> files = new TreeMap<>();

  /**
   * Opens the files, so that one that cannot be written fails the build before its outputs change.
   *
   * @throws FileFailure if one cannot be created
   */
  public ArtefactBills(Collection<Path> paths) {
    for (Path path : paths) {
      try {
        files.put(path, NamedOutput.create(path));
      } catch (IOException e) {
        close();
        throw failure(path, e);
      }
    }
  }

  /**
   * Writes the bills of materials. Until then, no file has changed.
   *
   * @return the files, without pipes and the like
   */
  public List<Artefact> write(List<ImagePart> parts, SbomOptions options, Progress progress) {
    List<Artefact> written = new ArrayList<>();
    for (Map.Entry<String, Content> bill : Sbom.write(parts, options, progress).entrySet()) {
      Path path = Path.of(bill.getKey());
      NamedOutput file = files.get(path);
      if (file == null) {
        throw new IllegalStateException("not opened: " + path);
      }
      try {
        bill.getValue().writeTo(file.stream());
        Optional<Path> place = file.commit();
        if (place.isPresent()) {
          Path shown = Files.isSymbolicLink(path) ? place.get() : path;
          written.add(new Artefact(shown, FileStamp.of(shown)));
        }
      } catch (IOException e) {
        throw failure(path, e);
      }
    }
    return written;
  }

  private static FileFailure failure(Path path, IOException e) {
    return FileFailure.of("cannot write the bill of materials", path, e);
  }

  @Override
  public void close() {
    for (Map.Entry<Path, NamedOutput> file : files.entrySet()) {
      try {
        file.getValue().close();
      } catch (IOException e) {
        throw failure(file.getKey(), e);
      }
    }
  }
}
