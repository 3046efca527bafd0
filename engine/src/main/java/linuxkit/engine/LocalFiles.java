package linuxkit.engine;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.Printable;
import linuxkit.base.Progress;
import linuxkit.base.SymbolicLinks;
import linuxkit.oci.Reference;
import linuxkit.system.SystemFailure;
import linuxkit.system.manifest.FileEntry;
import linuxkit.system.manifest.NamedImage;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.yaml.Position;

/**
 * Checks which files of this machine a manifest takes. One from an address may take only files in
 * folders that the user allows. Another may take any file, but the user is informed of each that is
 * outside of the manifest's folder and the working directory.
 */
final class LocalFiles {
  private final Path home;
  private final Distribution distribution;
  private final List<Path> allowed;
  private final boolean strict;
  private final Progress progress;

  /**
   * @param allowed folders that manifests from addresses may take files from
   * @param strict whether other manifests, too, need permission for files outside of their folders
   *     and the working directory
   * @throws RequestFailure if one of them is not a folder
   */
  LocalFiles(Settings settings, List<Path> allowed, boolean strict, Progress progress) {
    this.strict = strict;
    this.home = Path.of(settings.environment().getOrDefault("HOME", ""));
    this.distribution = settings.distribution();
    this.progress = progress;
    for (Path folder : allowed) {
      if (!Files.isDirectory(folder)) {
        throw new RequestFailure(
            "not a folder: " + folder, "name a folder that manifests may take files from");
      }
    }
    this.allowed = allowed.stream().map(SymbolicLinks::resolve).toList();
  }

  /**
   * Checks the sources of all files.
   *
   * @throws SystemFailure if a manifest from an address takes a file that it may not take
   */
  void checkSources(SystemManifest manifest) {
    for (FileEntry entry : manifest.files()) {
      if (entry.kind() instanceof FileEntry.Source source) {
        path(source).ifPresent(file -> check(entry, source, file));
      }
    }
  }

  /** Returns the path of a source; empty if it is not a path, which the assembly reports. */
  private Optional<Path> path(FileEntry.Source source) {
    try {
      return Optional.of(source.path(Path.of(""), home));
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  private void check(FileEntry entry, FileEntry.Source source, Path file) {
    Path real = SymbolicLinks.resolve(file);
    String document = entry.position().file();
    if (ManifestFetcher.isAddress(document)) {
      require(
          entry, source, real, "a manifest from an address must not take files of this machine");
    } else if (strict && isOutside(real, document)) {
      require(
          entry, source, real, "a manifest in a provenance must not take files of other folders");
    } else if (Files.exists(file) && isOutside(real, document)) {
      report(entry.position(), "takes the file " + real, document);
    }
  }

  private void require(FileEntry entry, FileEntry.Source source, Path real, String problem) {
    if (allowed.stream().noneMatch(real::startsWith)) {
      throw new SystemFailure(
          problem + ": " + Printable.line(source.file()),
          entry.position().toString(),
          "allow the folder of the file with --allow-source DIR if you trust the manifest");
    }
  }

  /** Reports the folders of components that are outside, on one line for all of a manifest. */
  void reportFolders(SystemManifest manifest, Map<Reference, Path> folders) {
    List<String> outside = new ArrayList<>();
    List<Position> places = new ArrayList<>();
    Path own = SymbolicLinks.resolve(distribution.home());
    Stream.concat(
            manifest.references().entrySet().stream(),
            manifest.boot().values().stream().map(LocalFiles::entry))
        .forEach(
            named -> {
              Path folder = folders.get(named.getKey());
              Path real = folder == null ? own : SymbolicLinks.resolve(folder);
              if (!real.startsWith(own) && isOutside(real, named.getValue().file())) {
                outside.add(real.toString());
                places.add(named.getValue());
              }
            });
    if (!outside.isEmpty()) {
      Position first = places.getFirst();
      report(first, "takes components from " + String.join(", ", outside), first.file());
    }
  }

  private static Map.Entry<Reference, Position> entry(NamedImage image) {
    return Map.entry(image.reference(), image.position());
  }

  private boolean isOutside(Path real, String document) {
    boolean inWorking = worksInProject() && real.startsWith(SymbolicLinks.resolve(Path.of("")));
    return !inWorking
        && (isInput(document) || !real.startsWith(SymbolicLinks.resolve(folder(document))));
  }

  // Whoever works in the home directory, or above it, does not mean every file in it.
  private boolean worksInProject() {
    return home.toString().isEmpty()
        || !SymbolicLinks.resolve(home).startsWith(SymbolicLinks.resolve(Path.of("")));
  }

  private void report(Position at, String what, String document) {
    List<String> folders = new ArrayList<>();
    if (!isInput(document)) {
      folders.add("the manifest's folder");
    }
    if (worksInProject()) {
      folders.add("the working directory");
    }
    String where = folders.isEmpty() ? "" : ", outside of " + String.join(" and ", folders);
    progress.info(Printable.line(at + ": " + what + where));
  }

  private static boolean isInput(String document) {
    return document.equals("-");
  }

  /** Returns the folder that a manifest lies in. */
  static Path folder(String manifest) {
    Path folder = Path.of(manifest).getParent();
    return folder == null ? Path.of("") : folder;
  }
}
