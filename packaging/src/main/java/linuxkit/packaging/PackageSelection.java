package linuxkit.packaging;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.LinkPath;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.packaging.alternatives.Alternatives;
import linuxkit.packaging.debian.MergedUsr;
import linuxkit.packaging.debian.PackageTree;
import linuxkit.packaging.definition.BuildFile.DebianContent;
import linuxkit.packaging.files.CopyrightFiles;
import linuxkit.packaging.files.PathPattern;

/**
 * Removes those files of packages that a component does not want, and adds the links that
 * update-alternatives(1) would make to the others.
 */
final class PackageSelection {
  /** Removed if the component does not say what to keep; copyright files stay regardless. */
  private static final List<PathPattern> DOCUMENTATION =
      List.of(
          PathPattern.parse("/usr/share/doc/**"),
          PathPattern.parse("/usr/share/man/**"),
          PathPattern.parse("/usr/share/locale/**"),
          PathPattern.parse("/usr/share/info/**"),
          PathPattern.parse("/usr/share/lintian/**"),
          PathPattern.parse("/usr/share/bug/**"));

  private static final Pattern LOADER = Pattern.compile("usr/lib(64)?/ld-linux[^/]*\\.so\\.\\d+");

  private final DebianContent debian;
  private final PackageTree packages;
  private final Progress progress;
  private final String where;
  private final List<String> all = new ArrayList<>();
  private final Set<String> kept = new TreeSet<>();

  /**
   * @param where the definition and the architecture, for warnings
   */
  PackageSelection(DebianContent debian, PackageTree packages, Progress progress, String where) {
    this.debian = debian;
    this.packages = packages;
    this.progress = progress;
    this.where = where;
  }

  /**
   * Removes what is not kept; returns the names of the packages that still have files.
   *
   * @param used the files that others of the image were made from; their packages also count
   * @param own the paths in {@code usr/} of what the component itself puts into the image
   */
  Set<String> apply(Set<String> used, Set<String> own) {
    FileTree tree = packages.tree();
    tree.walk(entry -> all.add(entry.path()));
    Predicate<String> isWanted = wanted();
    all.stream().filter(isWanted).forEach(this::keep);
    keepLoader(tree, own);
    SortedMap<String, String> links = alternatives(isWanted);
    warnOfUnusedPatterns(links.keySet());
    Set<String> owners = new TreeSet<>();
    packages
        .owners()
        .forEach(
            (path, owner) -> {
              if (kept.contains(path) || used.contains(path)) {
                owners.add(owner);
              }
            });
    CopyrightFiles copyrights = CopyrightFiles.of(tree, owners);
    copyrights.paths().forEach(this::keep);
    copyrights.warnOfMissing(progress, where);
    List<FileTree.Entry> lostTargets = lostTargets(tree);
    all.stream().filter(path -> !kept.contains(path)).forEach(tree::remove);
    links.forEach((path, target) -> link(tree, path, target));
    for (FileTree.Entry link : lostTargets) {
      progress.warn(where + " /" + link.path() + " is kept, but not the file that it links to.");
    }
    return owners;
  }

  /** Returns the targets of the links that update-alternatives would make for what is kept. */
  private SortedMap<String, String> alternatives(Predicate<String> isWanted) {
    Alternatives found = new Alternatives();
    packages.scripts().forEach(found::add);
    for (String name : found.unread()) {
      progress.warn(
          where
              + " the package "
              + name
              + " registers alternatives in a way that cannot be read. Put the links that you need"
              + " under files.");
    }
    SortedMap<String, String> links = found.choose(kept::contains);
    links
        .keySet()
        .removeIf(
            path ->
                packages.owners().containsKey(path)
                    || (isDocumentation(path) && !isWanted.test(path)));
    return links;
  }

  private static boolean isDocumentation(String path) {
    return DOCUMENTATION.stream().anyMatch(pattern -> pattern.matches(path));
  }

  private boolean isDropped(String path) {
    return debian.drop().stream().anyMatch(pattern -> pattern.matches(path));
  }

  private void link(FileTree tree, String path, String target) {
    boolean blocked = tree.find(path).isPresent() || isDropped(path);
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      blocked |=
          tree.find(path.substring(0, slash))
              .map(parent -> !(parent.node() instanceof Node.Directory))
              .orElse(false);
    }
    if (!blocked) {
      progress.detail("Alternative: /" + path + " -> /" + target);
      FileInstaller.makeParents(tree, path);
      tree.put(path, new Node.Symlink(ComponentTree.metadata(0777), "/" + target), Origin.NONE);
    }
  }

  private void warnOfUnusedPatterns(Collection<String> links) {
    List<PathPattern> unused = new ArrayList<>(debian.keep().orElse(List.of()));
    unused.addAll(debian.drop());
    unused.removeIf(pattern -> MergedUsr.isLink(pattern.text().substring(1)));
    unused.removeIf(
        pattern ->
            all.stream().anyMatch(pattern::matches) || links.stream().anyMatch(pattern::matches));
    for (PathPattern pattern : unused) {
      progress.warn(where + " the pattern " + pattern.text() + " matches nothing.");
    }
  }

  private Predicate<String> wanted() {
    Predicate<String> isKept =
        debian
            .keep()
            .<Predicate<String>>map(keep -> path -> keep.stream().anyMatch(p -> p.matches(path)))
            .orElse(path -> !isDocumentation(path));
    return isKept.and(path -> !isDropped(path));
  }

  /** Keeps a path and the directories above it. */
  private void keep(String path) {
    kept.add(path);
    for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      kept.add(path.substring(0, slash));
    }
  }

  /**
   * Keeps the link by which the kernel finds the dynamic loader, if the loader itself is kept: no
   * program starts without it, and its path differs by architecture. A component that has the link
   * under {@code files} keeps its own.
   */
  private void keepLoader(FileTree tree, Set<String> own) {
    for (String path : all) {
      if (LOADER.matcher(path).matches() && !isDropped(path) && !own.contains(path)) {
        LinkPath.follow(tree, path)
            .filter(link -> kept.contains(link.end().path()))
            .ifPresent(link -> link.links().forEach(this::keep));
      }
    }
  }

  private List<FileTree.Entry> lostTargets(FileTree tree) {
    List<FileTree.Entry> lost = new ArrayList<>();
    tree.walk(
        entry -> {
          if (entry.node() instanceof Node.Symlink link && kept.contains(entry.path())) {
            Path at = Path.of("/" + entry.path()).resolveSibling(link.target()).normalize();
            String target = MergedUsr.map(at.toString().substring(1));
            if (!kept.contains(target) && tree.find(target).isPresent() && !target.isEmpty()) {
              lost.add(entry);
            }
          }
        });
    return lost;
  }
}
