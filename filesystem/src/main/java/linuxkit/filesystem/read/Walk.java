package linuxkit.filesystem.read;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import linuxkit.filesystem.FileTree;

/** The walk of a reader: checks names, and limits what a hostile file system can ask for. */
final class Walk {
  private static final int MOST_FILES = 4_000_000;
  private static final int LONGEST_PATH = 4095;
  private static final int DEEPEST = 200;

  private final String where;
  private final FileVisitor visitor;
  // The first path of each file, by a number of the file system's.
  private final Map<Long, String> known = new HashMap<>();
  private int count;

  Walk(String where, FileVisitor visitor) {
    this.where = where;
    this.visitor = visitor;
  }

  /** Returns the path of a name in a directory. */
  String path(String directory, String name) {
    if (!FileTree.isName(name) || name.indexOf('\0') >= 0) {
      throw failure("a name is not valid", directory);
    }
    String path = directory.isEmpty() ? name : directory + "/" + name;
    if (path.length() > LONGEST_PATH) {
      throw failure("a path is longer than " + LONGEST_PATH + " characters", directory);
    }
    // Directories that contain themselves would never end.
    if (path.chars().filter(c -> c == '/').count() > DEEPEST) {
      throw failure("its directories are more than " + DEEPEST + " deep", directory);
    }
    return path;
  }

  void visit(StoredFile file, InputStream content) throws IOException {
    if (++count > MOST_FILES) {
      throw failure("it has more than " + MOST_FILES + " files", "");
    }
    visitor.visit(file, content);
  }

  /** Visits a file without content. */
  void visit(StoredFile file) throws IOException {
    visit(file, InputStream.nullInputStream());
  }

  /** Visits another name of a file, and returns true, if the file was visited before. */
  boolean isLink(long number, StoredFile file) throws IOException {
    String first = known.putIfAbsent(number, file.path());
    if (first != null) {
      visit(StoredFile.link(file.path(), file.metadata(), first));
    }
    return first != null;
  }

  FileSystemReadFailure failure(String what, String path) {
    return new FileSystemReadFailure(what, path.isEmpty() ? where : where + ", /" + path);
  }
}
