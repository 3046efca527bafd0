package linuxkit.packaging.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Computes the tree that git would make of the files in a folder. */
final class WorkingTree {
  // Deeper nesting is a mistake, or a loop made by a bind mount.
  private static final int MAX_DEPTH = 100;

  private record Found(Path file, String path, boolean tracked) {}

  private final Optional<GitRepository> repository;
  private final List<Found> files = new ArrayList<>();

  WorkingTree(Optional<GitRepository> repository) {
    this.repository = repository;
  }

  /**
   * @param path of the folder relative to the work tree
   * @param head the folder's tree in HEAD
   */
  ObjectId scan(Path folder, String path, Optional<ObjectId> head, IgnoreRules rules)
      throws IOException {
    return ObjectDatabase.idOf("tree", TreeEntry.format(entries(folder, path, head, rules, 0)));
  }

  private List<TreeEntry> entries(
      Path folder, String path, Optional<ObjectId> head, IgnoreRules outer, int depth)
      throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("directories nested more than " + MAX_DEPTH + " levels deep");
    }
    Map<String, TreeEntry> tracked = tracked(head);
    IgnoreRules rules = outer.with(folder.resolve(".gitignore"), path);
    List<TreeEntry> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path file : stream) {
        String name = String.valueOf(file.getFileName());
        if (name.equals(".git")) {
          continue;
        }
        TreeEntry known = tracked.get(name);
        String filePath = path.isEmpty() ? name : path + "/" + name;
        BasicFileAttributes attributes =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (known == null && rules.ignores(filePath, attributes.isDirectory())) {
          continue;
        }
        entry(file, filePath, attributes, Optional.ofNullable(known), rules, depth)
            .ifPresent(entries::add);
      }
    }
    return entries;
  }

  private Map<String, TreeEntry> tracked(Optional<ObjectId> head) throws IOException {
    Map<String, TreeEntry> tracked = new HashMap<>();
    if (head.isPresent() && repository.isPresent()) {
      for (TreeEntry entry : repository.get().entries(head.get())) {
        tracked.put(entry.name(), entry);
      }
    }
    return tracked;
  }

  private Optional<TreeEntry> entry(
      Path file,
      String path,
      BasicFileAttributes attributes,
      Optional<TreeEntry> known,
      IgnoreRules rules,
      int depth)
      throws IOException {
    String name = String.valueOf(file.getFileName());
    if (attributes.isDirectory()) {
      if (known.isPresent() && known.get().mode().equals(TreeEntry.SUBMODULE)) {
        return known;
      }
      Optional<ObjectId> head =
          known.filter(e -> e.mode().equals(TreeEntry.DIRECTORY)).map(TreeEntry::id);
      List<TreeEntry> below = entries(file, path, head, rules, depth + 1);
      // git does not track empty directories.
      return below.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new TreeEntry(
                  TreeEntry.DIRECTORY, name, ObjectDatabase.idOf("tree", TreeEntry.format(below))));
    }
    if (attributes.isSymbolicLink()) {
      byte[] target = Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8);
      return Optional.of(
          new TreeEntry(TreeEntry.SYMLINK, name, ObjectDatabase.idOf("blob", target)));
    }
    if (!attributes.isRegularFile()) {
      return Optional.empty();
    }
    files.add(new Found(file, path, known.isPresent()));
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(
          new TreeEntry(
              FolderState.isExecutable(file) ? TreeEntry.EXECUTABLE : TreeEntry.FILE,
              name,
              ObjectDatabase.idOf("blob", attributes.size(), in)));
    }
  }

  /**
   * Returns the files that {@link #scan} found: first the tracked ones, then the others, each in
   * path order.
   */
  List<Path> files() {
    List<Found> ordered = new ArrayList<>(files);
    ordered.sort(
        (a, b) ->
            a.tracked() != b.tracked()
                ? Boolean.compare(b.tracked(), a.tracked())
                : Arrays.compareUnsigned(
                    a.path().getBytes(StandardCharsets.UTF_8),
                    b.path().getBytes(StandardCharsets.UTF_8)));
    return ordered.stream().map(Found::file).toList();
  }
}
