package linuxkit.packaging.files;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.LinkPath;
import linuxkit.filesystem.Node;

/**
 * The copyright files of packages (Debian policy, 12.5), which must accompany what is shipped.
 *
 * @param paths of the files, and of the symbolic links that lead to them
 * @param missing the packages without one
 */
public record CopyrightFiles(SortedSet<String> paths, List<String> missing) {
  public CopyrightFiles {
    paths = Collections.unmodifiableSortedSet(new TreeSet<>(paths));
    missing = List.copyOf(missing);
  }

  /** Finds the copyright files of packages in a tree with all files of these packages. */
  public static CopyrightFiles of(FileTree tree, Collection<String> packages) {
    SortedSet<String> paths = new TreeSet<>();
    List<String> missing = new ArrayList<>();
    for (String name : packages) {
      Optional<LinkPath> found =
          LinkPath.follow(tree, "usr/share/doc/" + name + "/copyright")
              .filter(path -> path.end().node() instanceof Node.RegularFile);
      found.ifPresentOrElse(
          path -> {
            paths.addAll(path.links());
            paths.add(path.end().path());
          },
          () -> missing.add(name));
    }
    return new CopyrightFiles(paths, missing);
  }

  /**
   * Warns of packages without a copyright file.
   *
   * @param where the definition and the architecture
   */
  public void warnOfMissing(Progress progress, String where) {
    for (String name : missing) {
      progress.warn(where + " the package " + name + " has no copyright file.");
    }
  }
}
