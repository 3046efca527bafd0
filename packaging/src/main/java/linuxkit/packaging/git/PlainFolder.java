package linuxkit.packaging.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linuxkit.packaging.git.rules.GitText;
import linuxkit.packaging.git.rules.IgnoreRules;

/**
 * A folder outside of any repository, of which only {@code .gitignore} files say what to ignore.
 */
final class PlainFolder {
  private static final int MAX_DEPTH = 100;

  private final GitTree tree = new GitTree();
  private final Map<String, Path> files = new HashMap<>();

  void scan(Path folder) throws IOException {
    scan(folder, "", IgnoreRules.none(false), 0);
  }

  private void scan(Path folder, String path, IgnoreRules outer, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("directories nested more than " + MAX_DEPTH + " levels deep");
    }
    IgnoreRules rules = outer.with(GitText.readWithin(folder.resolve(".gitignore")), path);
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path file : stream) {
        String name = String.valueOf(file.getFileName());
        String filePath = path.isEmpty() ? name : path + "/" + name;
        BasicFileAttributes found =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (name.equals(".git") || rules.ignores(filePath, found.isDirectory())) {
          continue;
        }
        if (found.isDirectory()) {
          scan(file, filePath, rules, depth + 1);
        } else if (found.isSymbolicLink()) {
          byte[] target = Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8);
          tree.put(filePath, TreeEntry.SYMLINK, ObjectDatabase.idOf("blob", target));
        } else if (found.isRegularFile()) {
          files.put(filePath, file);
          try (InputStream in = Files.newInputStream(file)) {
            tree.put(
                filePath,
                FolderState.isExecutable(file) ? TreeEntry.EXECUTABLE : TreeEntry.FILE,
                ObjectDatabase.idOf("blob", found.size(), in));
          }
        }
      }
    }
  }

  /** Returns the id of the tree that git would make of the files. */
  ObjectId tree() throws IOException {
    return tree.id();
  }

  /** Returns the regular files in path order. */
  List<Path> files() {
    return WorkingTree.inOrder(files);
  }
}
