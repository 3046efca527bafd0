package linuxkit.packaging.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linuxkit.packaging.git.rules.GitText;
import linuxkit.packaging.git.rules.IgnoreRules;

/**
 * A folder of a work tree compared with HEAD, as {@code git diff HEAD} and {@code git ls-files
 * --others --exclude-standard} compare it.
 */
final class WorkingTree {
  // Deeper nesting is a mistake, or a loop made by a bind mount.
  private static final int MAX_DEPTH = 100;

  private final GitRepository repository;
  private final WorkFiles files;
  private final List<IndexEntry> index;
  private final Set<String> trackedPaths = new HashSet<>();
  private final Set<String> trackedFolders = new HashSet<>();
  private final Set<String> submodules = new HashSet<>();
  private final GitTree tree = new GitTree();
  private final List<Path> tracked = new ArrayList<>();
  private final Map<String, Path> others = new HashMap<>();
  private boolean dirty;

  /**
   * @param folder within the work tree; empty for its root
   */
  WorkingTree(GitRepository repository, String folder) throws IOException {
    this.repository = repository;
    this.files = new WorkFiles(repository);
    this.index = GitIndex.read(repository.indexFile(), folder);
    for (IndexEntry entry : index) {
      trackedPaths.add(key(entry.path()));
      if (entry.mode().equals(TreeEntry.SUBMODULE) || entry.mode().equals(TreeEntry.DIRECTORY)) {
        submodules.add(key(entry.path()));
      }
      for (int slash = entry.path().lastIndexOf('/');
          slash > 0 && trackedFolders.add(key(entry.path().substring(0, slash)));
          slash = entry.path().lastIndexOf('/', slash - 1)) {}
    }
  }

  private String key(String path) {
    return files.ignoresCase() ? path.toLowerCase(Locale.ROOT) : path;
  }

  /** Compares the files that git tracks with a tree of HEAD. */
  void compare(String folder, Optional<ObjectId> head) throws IOException {
    Map<String, TreeEntry> committed = new HashMap<>();
    if (head.isPresent()) {
      collect(folder, head.get(), committed);
    }
    boolean sparse = repository.config().is("core.sparsecheckout", false);
    for (IndexEntry entry : index) {
      Path file = repository.workTree().resolve(entry.path());
      boolean skipped =
          entry.unchanged()
              || (entry.skipped() && !(sparse && Files.exists(file, LinkOption.NOFOLLOW_LINKS)));
      Optional<TreeEntry> now =
          skipped
              ? Optional.of(new TreeEntry(entry.mode(), entry.path(), entry.id()))
              : files.tracked(entry);
      TreeEntry before = committed.remove(entry.path());
      dirty |=
          entry.stage() != 0
              || differs(before == null ? Optional.empty() : Optional.of(before), now);
      if (now.isPresent()) {
        dirty |= now.get().mode().equals(TreeEntry.SUBMODULE) && isSubmoduleDirty(file, now.get());
        tree.put(relative(folder, entry.path()), now.get().mode(), now.get().id());
      }
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        tracked.add(file);
      }
    }
    // What is left was removed from the index, whether the file is still there or not.
    dirty |= !committed.isEmpty();
  }

  // A file that is new in the index and missing in the work tree is not a change.
  private static boolean differs(Optional<TreeEntry> before, Optional<TreeEntry> now) {
    return before.isPresent() != now.isPresent()
        || (before.isPresent()
            && !(before.get().mode().equals(now.get().mode())
                && before.get().id().equals(now.get().id())));
  }

  private static String relative(String folder, String path) {
    return folder.isEmpty() ? path : path.substring(folder.length() + 1);
  }

  private boolean isSubmoduleDirty(Path folder, TreeEntry expected) throws IOException {
    Optional<GitRepository> found = GitRepository.at(folder, repository.environment());
    if (found.isEmpty()) {
      return false;
    }
    GitRepository submodule = found.get();
    try {
      Optional<ObjectId> commit = submodule.commit("HEAD");
      if (commit.isEmpty()) {
        return false;
      }
      WorkingTree below = new WorkingTree(submodule, "");
      below.compare("", submodule.tree(commit.get(), folder));
      return !commit.get().equals(expected.id()) || below.dirty;
    } finally {
      submodule.close();
    }
  }

  private void collect(String path, ObjectId id, Map<String, TreeEntry> into) throws IOException {
    for (TreeEntry entry : repository.entries(id)) {
      String child = path.isEmpty() ? entry.name() : path + "/" + entry.name();
      // The index has a directory itself if it is not checked out.
      if (entry.mode().equals(TreeEntry.DIRECTORY) && !trackedPaths.contains(key(child))) {
        collect(child, entry.id(), into);
      } else {
        into.put(child, entry);
      }
    }
  }

  /** Finds the files that git neither tracks nor ignores. */
  void findOthers(String folder) throws IOException {
    IgnoreRules rules = IgnoreRules.none(files.ignoresCase());
    Optional<Path> users = repository.config().file("core.excludesfile", "ignore");
    if (users.isPresent()) {
      rules = rules.with(GitText.read(users.get()), "");
    }
    rules = rules.with(GitText.read(repository.infoFile("exclude")), "");
    Path at = repository.workTree();
    String path = "";
    for (String name : folder.isEmpty() ? new String[0] : folder.split("/", -1)) {
      rules = rules.with(repository.text(path, ".gitignore"), path);
      at = at.resolve(name);
      path = path.isEmpty() ? name : path + "/" + name;
      if (rules.ignores(path, true)) {
        return;
      }
    }
    findOthers(at, path, folder, rules, 0);
  }

  private void findOthers(Path folder, String path, String root, IgnoreRules outer, int depth)
      throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("directories nested more than " + MAX_DEPTH + " levels deep");
    }
    IgnoreRules rules = outer.with(repository.text(path, ".gitignore"), path);
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path file : stream) {
        String name = String.valueOf(file.getFileName());
        String filePath = path.isEmpty() ? name : path + "/" + name;
        if (name.equals(".git")) {
          continue;
        }
        BasicFileAttributes found =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (trackedPaths.contains(key(filePath)) && !isReplaced(filePath, found)) {
          continue;
        }
        if (rules.ignores(filePath, found.isDirectory())) {
          continue;
        }
        if (!found.isDirectory()) {
          addOther(file, filePath, root, found);
        } else if (!trackedFolders.contains(key(filePath)) && GitRepository.isAt(file)) {
          dirty = true;
        } else {
          findOthers(file, filePath, root, rules, depth + 1);
        }
      }
    }
  }

  // A folder in the place of a file holds files that git does not track.
  private boolean isReplaced(String path, BasicFileAttributes found) {
    return found.isDirectory() && !submodules.contains(key(path));
  }

  private void addOther(Path file, String path, String root, BasicFileAttributes found)
      throws IOException {
    Optional<TreeEntry> entry = files.untracked(file, path, found);
    if (entry.isPresent()) {
      dirty = true;
      tree.put(relative(root, path), entry.get().mode(), entry.get().id());
      if (found.isRegularFile()) {
        others.put(path, file);
      }
    }
  }

  /** Returns whether anything differs. */
  boolean isDirty() {
    return dirty;
  }

  /** Returns the id of the tree that git would make of all these files. */
  ObjectId tree() throws IOException {
    return tree.id();
  }

  /** Returns the regular files: first those that git tracks, then the others, in path order. */
  List<Path> files() {
    List<Path> all = new ArrayList<>(tracked);
    all.addAll(inOrder(others));
    return all;
  }

  static List<Path> inOrder(Map<String, Path> files) {
    return files.entrySet().stream()
        .sorted(
            (a, b) ->
                Arrays.compareUnsigned(
                    a.getKey().getBytes(StandardCharsets.UTF_8),
                    b.getKey().getBytes(StandardCharsets.UTF_8)))
        .map(Map.Entry::getValue)
        .toList();
  }
}
