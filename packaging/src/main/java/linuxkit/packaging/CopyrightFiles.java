package linuxkit.packaging;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.packaging.debian.MergedUsr;

/**
 * The copyright files of packages (Debian policy, 12.5), which must accompany what is shipped.
 *
 * @param paths of the files, and of the symbolic links that lead to them
 * @param missing the packages without one
 */
record CopyrightFiles(SortedSet<String> paths, List<String> missing) {
  private static final int MAX_LINKS = 8;

  /** Finds the copyright files of packages in a tree with all files of these packages. */
  static CopyrightFiles of(FileTree tree, Collection<String> packages) {
    SortedSet<String> paths = new TreeSet<>();
    List<String> missing = new ArrayList<>();
    for (String name : packages) {
      if (!addTo(paths, tree, "usr/share/doc/" + name + "/copyright", MAX_LINKS)) {
        missing.add(name);
      }
    }
    return new CopyrightFiles(paths, missing);
  }

  /** Adds a path and the links on the way to its file; returns whether it leads to a file. */
  private static boolean addTo(SortedSet<String> paths, FileTree tree, String path, int linksLeft) {
    for (int end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      String part = end < 0 ? path : path.substring(0, end);
      Optional<FileTree.Entry> entry = tree.find(part);
      if (entry.isEmpty()) {
        return false;
      }
      if (entry.get().node() instanceof Node.Symlink link) {
        if (linksLeft == 0) {
          return false;
        }
        String rest = end < 0 ? "" : path.substring(end);
        Path target = Path.of("/" + part).resolveSibling(link.target() + rest).normalize();
        paths.add(part);
        return addTo(paths, tree, MergedUsr.map(target.toString().substring(1)), linksLeft - 1);
      }
      if (end < 0) {
        boolean isFile = entry.get().node() instanceof Node.RegularFile;
        if (isFile) {
          paths.add(path);
        }
        return isFile;
      }
    }
  }

  /**
   * Warns of packages without a copyright file.
   *
   * @param where the definition and the architecture
   */
  void warnOfMissing(Progress progress, String where) {
    for (String name : missing) {
      progress.warn(where + " the package " + name + " has no copyright file.");
    }
  }
}
