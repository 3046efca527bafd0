package linuxkit.system.modules;

import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import linuxkit.base.Nearest;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/** Trims the modules of a kernel to those that a system asks for. */
public final class ModuleSelection {
  private static final String MODULES = "lib/modules";

  private ModuleSelection() {}

  /** Returns the folders of kernels' modules. Each is named after the release of its kernel. */
  public static List<FileTree.Entry> versions(FileTree files) {
    return files.find(MODULES).stream()
        .flatMap(folder -> folder.children().stream())
        .filter(entry -> entry.node() instanceof Node.Directory)
        .toList();
  }

  /**
   * Keeps the wanted modules and what they need, by hard dependency or by a {@code pre:} soft one,
   * removes the others with the directories that become empty, and writes new indexes: see {@link
   * ModuleIndex}. If {@code all} are wanted and the tree's own indexes cover them, nothing changes.
   *
   * @param versionDirectory such as {@code lib/modules/6.12.1-amd64}
   * @param wanted names, hyphens and underscores being equal; patterns with {@code *} and {@code
   *     ?}, which may match nothing, so that one list can serve several kernels and architectures;
   *     {@code all}; or {@code none} alone. What is built into the kernel may be named as well.
   * @throws ModuleFailure if a name is unknown, a module cannot be read, or one that is needed is
   *     missing
   */
  public static void apply(FileTree files, String versionDirectory, List<String> wanted) {
    changes(files, versionDirectory, wanted, _ -> "").apply(files, versionDirectory);
  }

  /**
   * Returns what {@link #apply} would change, without changing it.
   *
   * @param where returns the place that asks for a name, for failures
   * @throws ModuleFailure as {@link #apply} does
   */
  public static ModuleChanges changes(
      FileTree files, String versionDirectory, List<String> wanted, UnaryOperator<String> where) {
    ModuleTree tree = new ModuleTree(files, versionDirectory);
    if (wanted.equals(List.of("all")) && ModuleIndex.covers(tree)) {
      return tree.changes();
    }
    NavigableMap<String, KernelModule> kept =
        new ModuleSet(tree).closure(names(tree, wanted, where));
    tree.keep(kept);
    ModuleIndex.write(tree, kept.values());
    return tree.changes();
  }

  private static Collection<String> names(
      ModuleTree tree, List<String> wanted, UnaryOperator<String> where) {
    NavigableSet<String> names = new TreeSet<>();
    for (String want : wanted) {
      NamePattern pattern = new NamePattern(want);
      if (want.equals("none") && wanted.size() == 1) {
        return names;
      } else if (want.equals("all")) {
        names.addAll(tree.paths().keySet());
      } else if (pattern.isGlob()) {
        tree.paths().keySet().stream().filter(pattern::matches).forEach(names::add);
      } else if (tree.paths().containsKey(KernelModule.normal(want))) {
        names.add(KernelModule.normal(want));
      } else if (!tree.builtin().contains(KernelModule.normal(want))) {
        throw unknown(want, where.apply(want), tree);
      }
    }
    return names;
  }

  private static ModuleFailure unknown(String want, String where, ModuleTree tree) {
    if (want.equals("none")) {
      return new ModuleFailure(
          "'none' cannot be combined with other kernel modules", where, "give only one of them");
    }
    NavigableSet<String> known = new TreeSet<>(tree.paths().keySet());
    known.addAll(tree.builtin());
    return new ModuleFailure(
        "the kernel has no module " + want,
        where,
        Nearest.to(KernelModule.normal(want), known)
            .map(name -> "did you mean " + name + "?")
            .orElse("use a pattern such as " + want + "*, which may match nothing"));
  }
}
