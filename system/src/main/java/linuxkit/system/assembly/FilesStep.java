package linuxkit.system.assembly;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.system.SystemFailure;
import linuxkit.system.manifest.ContainerEntry;
import linuxkit.system.manifest.FileEntry;
import linuxkit.system.manifest.ManifestWriter;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.system.spec.ContainerIds;
import linuxkit.system.tree.AssemblyOptions;
import linuxkit.system.tree.HostFile;
import linuxkit.system.tree.TreeBuilder;
import linuxkit.yaml.container.Id;

/** Adds the files that the manifest itself defines. */
final class FilesStep {
  private final SystemManifest manifest;
  private final TreeBuilder builder;
  private final AssemblyOptions options;
  private final ContainerIds ids;
  private final Set<String> parents = new HashSet<>();

  FilesStep(SystemManifest manifest, TreeBuilder builder, AssemblyOptions options) {
    this.manifest = manifest;
    this.builder = builder;
    this.options = options;
    this.ids = new ContainerIds(manifest.containers().stream().map(ContainerEntry::name).toList());
  }

  void add() {
    List<FileEntry> files = manifest.files();
    for (int i = 0; i < files.size(); i++) {
      FileEntry file = files.get(i);
      Metadata metadata = metadata(file, file.permissions());
      Origin origin = new Origin("files[" + i + "]", "linuxkit.files", "");
      Optional<Node> node = node(file, metadata);
      if (node.isPresent()) {
        addParents(file, origin);
        put(file, node.get(), origin);
      }
    }
  }

  private Metadata metadata(FileEntry file, int permissions) {
    return Metadata.of(permissions, id(file, file.uid()), id(file, file.gid()), builder.modified());
  }

  private long id(FileEntry file, Optional<Id> id) {
    return id.map(
            value ->
                ids.resolve(
                    value,
                    "files",
                    (_, _, problem) -> {
                      throw new SystemFailure(problem, file.position().toString(), "");
                    }))
        .orElse(0L);
  }

  private Optional<Node> node(FileEntry file, Metadata metadata) {
    return switch (file.kind()) {
      case FileEntry.Directory _ -> Optional.of(new Node.Directory(metadata));
      case FileEntry.Symlink symlink -> Optional.of(new Node.Symlink(metadata, symlink.target()));
      case FileEntry.Contents contents -> regular(metadata, contents.text());
      case FileEntry.Metadata described ->
          regular(
              metadata,
              switch (described.format()) {
                case YAML -> ManifestWriter.yaml(manifest, true);
                case JSON -> ManifestWriter.jsonText(manifest, true);
              });
      case FileEntry.Source source ->
          source(file, source).map(content -> new Node.RegularFile(metadata, content));
    };
  }

  private static Optional<Node> regular(Metadata metadata, String text) {
    return Optional.of(
        new Node.RegularFile(metadata, Content.of(text.getBytes(StandardCharsets.UTF_8))));
  }

  private Optional<Content> source(FileEntry entry, FileEntry.Source source) {
    Path file = hostPath(entry, source, options);
    if (entry.optional() && !Files.exists(file)) {
      return Optional.empty();
    }
    if (Files.isDirectory(file)) {
      throw new SystemFailure(
          "the source " + source.file() + " is a directory",
          entry.position().toString(),
          "give a file, or create a directory with 'directory: true'");
    }
    try {
      return Optional.of(HostFile.of(file));
    } catch (IOException e) {
      throw FileFailure.of(
          "cannot read the source of /%s (%s)".formatted(entry.path(), entry.position()), file, e);
    }
  }

  /** Returns the path of a source on this machine. */
  static Path hostPath(FileEntry entry, FileEntry.Source source, AssemblyOptions options) {
    try {
      return source.path(options.workingDirectory(), options.home());
    } catch (InvalidPathException e) {
      throw new SystemFailure(
          "the source \"" + source.file() + "\" is not a path", entry.position().toString(), "");
    }
  }

  // LinuxKit's rule, which systems in the field rely on: the first file that needs a directory
  // decides its mode and owner, even if an image has it already.
  private void addParents(FileEntry file, Origin origin) {
    String path = file.path();
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      builder.tree().find(parent).ifPresent(entry -> checkParent(file, entry));
      if (parents.add(parent)) {
        builder.put(parent, new Node.Directory(metadata(file, file.parentPermissions())), origin);
      }
    }
  }

  private static void checkParent(FileEntry file, FileTree.Entry parent) {
    if (!(parent.node() instanceof Node.Directory)) {
      throw new SystemFailure(
          "cannot create /%s: /%s is %s in %s"
              .formatted(
                  file.path(),
                  parent.path(),
                  TreeBuilder.describe(parent.node()),
                  TreeBuilder.from(parent.origin())),
          file.position().toString(),
          parent.node() instanceof Node.Symlink
              ? "give the path without symbolic links"
              : "choose another path");
    }
  }

  private void put(FileEntry file, Node node, Origin origin) {
    Optional<FileTree.Entry> old = builder.tree().find(file.path());
    boolean isDirectory = node instanceof Node.Directory;
    if (isDirectory) {
      parents.add(file.path());
    }
    if (old.isPresent() && (old.get().node() instanceof Node.Directory) != isDirectory) {
      if (!old.get().children().isEmpty()) {
        throw new SystemFailure(
            "/%s is a directory with files in it, in %s"
                .formatted(file.path(), TreeBuilder.from(old.get().origin())),
            file.position().toString(),
            "choose another path");
      }
      builder.tree().remove(file.path());
    }
    builder.put(file.path(), node, origin);
  }
}
