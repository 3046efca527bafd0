package linuxkit.packaging.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import linuxkit.packaging.git.rules.Attributes;
import linuxkit.packaging.git.rules.GitConfig;
import linuxkit.packaging.git.rules.GitText;
import org.jspecify.annotations.Nullable;

/** The files of a work tree, as git would store them. */
final class WorkFiles {
  private final GitRepository repository;
  private final CheckIn checkIn;
  private final boolean trustsMode;
  private final boolean hasLinks;
  private final boolean ignoreCase;
  private final boolean minimalStat;
  private final boolean trustsChanged;
  private final Optional<FileStat> index;
  // By directory, relative to the work tree: those of its files, and those and the repository's
  // own.
  private final Map<String, Attributes> attributes = new HashMap<>();
  private final Map<String, Attributes> completed = new HashMap<>();
  private final Map<String, Boolean> directories = new HashMap<>();
  private @Nullable String info;

  WorkFiles(GitRepository repository) throws IOException {
    GitConfig config = repository.config();
    this.repository = repository;
    this.checkIn = new CheckIn(config);
    this.trustsMode = config.is("core.filemode", true);
    this.hasLinks = config.is("core.symlinks", true);
    this.ignoreCase = config.is("core.ignorecase", false);
    this.minimalStat =
        config.get("core.checkstat").filter(v -> v.equalsIgnoreCase("minimal")).isPresent();
    this.trustsChanged = config.is("core.trustctime", true);
    this.index =
        Files.isRegularFile(repository.indexFile())
            ? Optional.of(FileStat.of(repository.indexFile()))
            : Optional.empty();
  }

  boolean ignoresCase() {
    return ignoreCase;
  }

  /**
   * Returns the state of a file that git tracks.
   *
   * @return mode and id; empty if the file is missing
   */
  Optional<TreeEntry> tracked(IndexEntry entry) throws IOException {
    Path file = repository.workTree().resolve(entry.path());
    Optional<BasicFileAttributes> found = attributes(file, entry.path());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (entry.mode().equals(TreeEntry.SUBMODULE)) {
      return found.get().isDirectory()
          ? Optional.of(new TreeEntry(TreeEntry.SUBMODULE, entry.path(), entry.id()))
          : Optional.empty();
    }
    if (found.get().isDirectory() || found.get().isOther()) {
      return Optional.empty();
    }
    String mode = mode(file, found.get(), Optional.of(entry.mode()));
    FileStat now = FileStat.of(file);
    boolean same =
        mode.equals(entry.mode())
            && entry.stat().isOf(now, minimalStat, trustsChanged)
            && (index.isEmpty() || !entry.stat().isRacy(index.get()) || isFiltered(entry.path()));
    return Optional.of(
        new TreeEntry(
            mode,
            entry.path(),
            same ? entry.id() : id(file, entry.path(), mode, Optional.of(entry.id()))));
  }

  // The content could only be compared by running the filter's program.
  private boolean isFiltered(String path) throws IOException {
    return of(path).get("filter").isPresent();
  }

  /** Returns the state of a file that git does not track; empty if it is not one that git could. */
  Optional<TreeEntry> untracked(Path file, String path, BasicFileAttributes found)
      throws IOException {
    if (!found.isRegularFile() && !found.isSymbolicLink()) {
      return Optional.empty();
    }
    String mode = mode(file, found, Optional.empty());
    return Optional.of(new TreeEntry(mode, path, id(file, path, mode, Optional.empty())));
  }

  private Optional<BasicFileAttributes> attributes(Path file, String path) throws IOException {
    int slash = path.lastIndexOf('/');
    if (slash > 0 && !isDirectory(path.substring(0, slash))) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException | NotDirectoryException _) {
      return Optional.empty();
    }
  }

  // A file behind a link is not the one that git tracks.
  private boolean isDirectory(String path) {
    Boolean known = directories.get(path);
    if (known == null) {
      int slash = path.lastIndexOf('/');
      known =
          (slash < 0 || isDirectory(path.substring(0, slash)))
              && Files.isDirectory(repository.workTree().resolve(path), LinkOption.NOFOLLOW_LINKS);
      directories.put(path, known);
    }
    return known;
  }

  private String mode(Path file, BasicFileAttributes found, Optional<String> tracked)
      throws IOException {
    if (found.isSymbolicLink()) {
      return TreeEntry.SYMLINK;
    }
    if (!hasLinks && tracked.isPresent() && tracked.get().equals(TreeEntry.SYMLINK)) {
      return TreeEntry.SYMLINK;
    }
    if (!trustsMode) {
      return tracked.filter(mode -> mode.startsWith("100")).orElse(TreeEntry.FILE);
    }
    return FolderState.isExecutable(file) ? TreeEntry.EXECUTABLE : TreeEntry.FILE;
  }

  private ObjectId id(Path file, String path, String mode, Optional<ObjectId> tracked)
      throws IOException {
    if (mode.equals(TreeEntry.SYMLINK)) {
      byte[] target =
          Files.isSymbolicLink(file)
              ? Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8)
              : Files.readAllBytes(file);
      return ObjectDatabase.idOf("blob", target);
    }
    return checkIn.id(file, of(path), repository, tracked);
  }

  private Attributes.OfFile of(String path) throws IOException {
    String folder = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
    Attributes known = completed.get(folder);
    if (known == null) {
      known = in(folder).with(info(), "");
      completed.put(folder, known);
    }
    return known.of(path);
  }

  private String info() throws IOException {
    String known = info;
    if (known == null) {
      known = GitText.read(repository.infoFile("attributes"));
      info = known;
    }
    return known;
  }

  private Attributes in(String folder) throws IOException {
    Attributes known = attributes.get(folder);
    if (known == null) {
      Attributes above;
      if (folder.isEmpty()) {
        Optional<Path> users = repository.config().file("core.attributesfile", "attributes");
        above =
            Attributes.none(ignoreCase)
                .with(users.isPresent() ? GitText.read(users.get()) : "", "");
      } else {
        above = in(folder.contains("/") ? folder.substring(0, folder.lastIndexOf('/')) : "");
      }
      known = above.with(repository.text(folder, ".gitattributes"), folder);
      attributes.put(folder, known);
    }
    return known;
  }
}
