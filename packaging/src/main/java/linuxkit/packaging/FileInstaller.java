package linuxkit.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.packaging.debian.TemporaryStorage;
import linuxkit.packaging.definition.BuildFile;
import linuxkit.packaging.definition.BuildFile.FileEntry;
import linuxkit.packaging.definition.BuildFile.FileSource;
import linuxkit.packaging.files.PackageFiles;
import linuxkit.packaging.git.FolderState;

/** Puts the entries under {@code files:} into a component's tree. */
final class FileInstaller {
  private static final int MAX_DEPTH = 100;

  private final PackageFolder folder;
  private final String architecture;
  private final GuestPrograms guests;
  private final TemporaryStorage storage;

  FileInstaller(
      PackageFolder folder, String architecture, GuestPrograms guests, TemporaryStorage storage) {
    this.folder = folder;
    this.architecture = architecture;
    this.guests = guests;
    this.storage = storage;
  }

  /** Makes what the entries take from packages; by the path of the entry. */
  static SequencedMap<String, Node.RegularFile> packaged(BuildFile definition, PackageFiles files) {
    SequencedMap<String, Node.RegularFile> made = new LinkedHashMap<>();
    for (FileEntry entry : definition.content().files()) {
      if (entry.source() instanceof FileSource.Packaged source) {
        made.put(
            entry.path(),
            switch (source) {
              case FileSource.Copy copy -> files.copy(copy.path(), copy.position());
              case FileSource.Concatenation all -> files.concatenate(all.patterns());
              case FileSource.KeyStore store -> files.javaKeyStore(store.patterns());
            });
      }
    }
    return made;
  }

  /** Puts what the entries take from packages where {@link #addTo} finds it. */
  static void prepare(
      FileTree tree, Path buildFile, SequencedMap<String, Node.RegularFile> packaged) {
    packaged.forEach(
        (path, file) -> {
          checkParents(tree, buildFile, path);
          tree.put(path, file, Origin.NONE);
        });
  }

  void addTo(FileTree tree) {
    SortedMap<String, Node.RegularFile> packaged = new TreeMap<>();
    for (FileEntry entry : folder.definition().content().files()) {
      if (entry.source() instanceof FileSource.Packaged
          && tree.find(entry.path()).map(FileTree.Entry::node).orElse(null)
              instanceof Node.RegularFile file) {
        packaged.put(entry.path(), file);
      }
    }
    for (FileEntry entry : folder.definition().content().files()) {
      FileEntry file = entry.owner().map(owner -> entry.with(owner.in(tree))).orElse(entry);
      String path = file.path();
      checkParents(tree, folder.buildFile(), path);
      switch (file.source()) {
        case FileSource.Folder source -> addSource(tree, path, file, source.path());
        case FileSource.Guest guest ->
            tree.put(
                path,
                new Node.RegularFile(
                    metadata(file, 0755), guests.find(architecture, guest.program())),
                Origin.NONE);
        case FileSource.Symlink link ->
            tree.put(path, new Node.Symlink(metadata(file, 0777), link.target()), Origin.NONE);
        case FileSource.Directory _ ->
            tree.put(path, new Node.Directory(metadata(file, 0755)), Origin.NONE);
        case FileSource.Contents contents ->
            tree.put(
                path,
                new Node.RegularFile(
                    metadata(file, 0644),
                    Content.of(contents.text().getBytes(StandardCharsets.UTF_8))),
                Origin.NONE);
        case FileSource.Packaged _ -> {
          Node.RegularFile made = Optional.ofNullable(packaged.get(path)).orElseThrow();
          tree.put(
              path,
              new Node.RegularFile(metadata(file, made.metadata().permissions()), made.content()),
              Origin.NONE);
        }
      }
    }
  }

  private static Metadata metadata(FileEntry file, int permissions) {
    return Metadata.of(
        file.mode().orElse(permissions), file.uid(), file.gid(), ImageDocuments.TIME);
  }

  private static void checkParents(FileTree tree, Path buildFile, String path) {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      Optional<FileTree.Entry> entry = tree.find(parent);
      if (entry.isPresent() && !(entry.get().node() instanceof Node.Directory)) {
        throw PackageFailure.parent(buildFile, path, parent);
      }
    }
    makeParents(tree, path);
  }

  /** Makes the missing directories above a path. */
  static void makeParents(FileTree tree, String path) {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      if (tree.find(parent).isEmpty()) {
        tree.put(parent, new Node.Directory(ComponentTree.metadata(0755)), Origin.NONE);
      }
    }
  }

  private void addSource(FileTree tree, String path, FileEntry file, String source) {
    Path from = folder.path().resolve(source);
    try {
      // A component may not reach outside its folder, neither by name nor through a link.
      Path root = folder.path().toRealPath();
      // Absolute, because the normal form of "." is empty, and no path starts with that.
      Path absolute = folder.path().toAbsolutePath().normalize();
      if (!from.toAbsolutePath().normalize().startsWith(absolute)) {
        throw PackageFailure.outside(folder.buildFile(), source);
      }
      if (!Files.exists(from)) {
        throw PackageFailure.missingSource(folder.buildFile(), source);
      }
      Path real = from.toRealPath();
      if (!real.startsWith(root)) {
        throw PackageFailure.outside(folder.buildFile(), source);
      }
      if (Files.isDirectory(real)) {
        addDirectory(tree, path, file, real, 0);
      } else if (!Files.isRegularFile(real)) {
        throw PackageFailure.missingSource(folder.buildFile(), source);
      } else {
        tree.put(path, regular(file, real), Origin.NONE);
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot read", from, e);
    }
  }

  private void addDirectory(FileTree tree, String path, FileEntry file, Path from, int depth)
      throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("directories nested more than " + MAX_DEPTH + " levels deep");
    }
    // The mode is for files; directories have a fixed one.
    tree.put(
        path,
        new Node.Directory(Metadata.of(0755, file.uid(), file.gid(), ImageDocuments.TIME)),
        Origin.NONE);
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(from)) {
      stream.forEach(children::add);
    }
    children.sort(null);
    for (Path child : children) {
      String childPath = path + "/" + child.getFileName();
      if (Files.isSymbolicLink(child)) {
        tree.put(
            childPath,
            new Node.Symlink(
                Metadata.of(0777, file.uid(), file.gid(), ImageDocuments.TIME),
                Files.readSymbolicLink(child).toString()),
            Origin.NONE);
      } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
        addDirectory(tree, childPath, file, child, depth + 1);
      } else if (Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)) {
        tree.put(childPath, regular(file, child), Origin.NONE);
      }
    }
  }

  // Like git, looks only at whether a file is executable and ignores the rest of its mode.
  private Node regular(FileEntry file, Path from) throws IOException {
    try (InputStream in = Files.newInputStream(from)) {
      return new Node.RegularFile(
          metadata(file, FolderState.isExecutable(from) ? 0755 : 0644), storage.add(in));
    }
  }
}
