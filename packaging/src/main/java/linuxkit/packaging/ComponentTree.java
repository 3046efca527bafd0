package linuxkit.packaging;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.packaging.debian.DebianArchive;
import linuxkit.packaging.debian.DebianPackage;
import linuxkit.packaging.debian.MergedUsr;
import linuxkit.packaging.debian.PackageTree;
import linuxkit.packaging.debian.Scratch;

/** The files of a component's image for one architecture. */
final class ComponentTree {
  /** What is left out unless the component says what to keep. */
  private static final List<PathPattern> DOCUMENTATION =
      List.of(
          PathPattern.parse("/usr/share/doc/**"),
          PathPattern.parse("/usr/share/man/**"),
          PathPattern.parse("/usr/share/locale/**"),
          PathPattern.parse("/usr/share/info/**"),
          PathPattern.parse("/usr/share/lintian/**"),
          PathPattern.parse("/usr/share/bug/**"));

  private static final String STATUS = "var/lib/dpkg/status.d";

  private final PackageFolder folder;
  private final BuildFile definition;
  private final String architecture;
  private final DebianArchive archive;
  private final GuestPrograms guests;
  private final Scratch scratch;
  private final Progress progress;

  ComponentTree(
      PackageFolder folder,
      String architecture,
      DebianArchive archive,
      GuestPrograms guests,
      Scratch scratch,
      Progress progress) {
    this.folder = folder;
    this.definition = folder.definition();
    this.architecture = architecture;
    this.archive = archive;
    this.guests = guests;
    this.scratch = scratch;
    this.progress = progress;
  }

  static Metadata metadata(int permissions) {
    return Metadata.of(permissions, 0, 0, ImageDocuments.TIME);
  }

  FileTree build() {
    PackageTree packages = new PackageTree(scratch, ImageDocuments.TIME);
    definition.debian().ifPresent(debian -> unpack(debian, packages));
    FileTree tree = packages.tree();
    if (definition.kernel()) {
      Set<String> owners = new TreeSet<>(packages.owners().values());
      tree = new KernelTree(folder.buildFile(), scratch).of(tree);
      addStatus(tree, owners, packages);
    } else if (definition.debian().isPresent()) {
      addStatus(tree, select(definition.debian().get(), packages), packages);
    }
    new FileInstaller(folder, architecture, guests, scratch).addTo(tree);
    MergedUsr.addLinks(tree, metadata(0777));
    for (PathPattern drop : dropped()) {
      for (FileTree.Entry entry : List.copyOf(tree.root().children())) {
        if (MergedUsr.isLink(entry.path()) && drop.matches(entry.path())) {
          tree.remove(entry.path());
        }
      }
    }
    return tree;
  }

  private List<PathPattern> dropped() {
    return definition.debian().map(BuildFile.DebianContent::drop).orElse(List.of());
  }

  private void unpack(BuildFile.DebianContent debian, PackageTree into) {
    List<String> wanted =
        Optional.ofNullable(debian.packages().get(architecture)).orElse(List.of());
    List<DebianPackage> resolved =
        archive.resolve(
            debian.suite(),
            debian.components(),
            architecture,
            wanted,
            debian.exclude(),
            debian.recommends());
    progress.detail(
        "Packages: " + String.join(", ", resolved.stream().map(DebianPackage::toString).toList()));
    for (DebianPackage pack : resolved) {
      Path deb = archive.fetch(pack);
      into.add(pack, deb);
    }
  }

  /** Takes away what is not kept; the names of the packages that something is left of. */
  private Set<String> select(BuildFile.DebianContent debian, PackageTree packages) {
    List<String> all = new ArrayList<>();
    packages.tree().walk(entry -> all.add(entry.path()));
    List<PathPattern> unused = new ArrayList<>(debian.keep().orElse(List.of()));
    unused.addAll(debian.drop());
    unused.removeIf(pattern -> MergedUsr.isLink(pattern.text().substring(1)));
    unused.removeIf(pattern -> all.stream().anyMatch(pattern::matches));
    for (PathPattern pattern : unused) {
      progress.warn(
          folder.buildFile()
              + ": for "
              + architecture
              + " the pattern "
              + pattern.text()
              + " matches nothing.");
    }
    Predicate<String> wanted =
        debian
            .keep()
            .<Predicate<String>>map(keep -> path -> keep.stream().anyMatch(p -> p.matches(path)))
            .orElse(path -> DOCUMENTATION.stream().noneMatch(p -> p.matches(path)));
    Set<String> kept = new TreeSet<>();
    for (String path : all) {
      if (wanted.test(path) && debian.drop().stream().noneMatch(p -> p.matches(path))) {
        kept.add(path);
        for (int slash = path.lastIndexOf('/');
            slash > 0;
            slash = path.lastIndexOf('/', slash - 1)) {
          kept.add(path.substring(0, slash));
        }
      }
    }
    List<FileTree.Entry> lostTargets = lostTargets(packages.tree(), kept);
    all.stream().filter(path -> !kept.contains(path)).forEach(packages.tree()::remove);
    for (FileTree.Entry link : lostTargets) {
      progress.warn(
          folder.buildFile()
              + ": for "
              + architecture
              + " /"
              + link.path()
              + " is kept, but not what it links to.");
    }
    Set<String> owners = new TreeSet<>();
    packages
        .owners()
        .forEach(
            (path, owner) -> {
              if (kept.contains(path)) {
                owners.add(owner);
              }
            });
    return owners;
  }

  private static List<FileTree.Entry> lostTargets(FileTree tree, Set<String> kept) {
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

  /** As distroless images have it: scanners look there for what an image was made from. */
  private static void addStatus(FileTree tree, Set<String> owners, PackageTree packages) {
    for (String name : owners) {
      byte[] control = packages.control(name).getBytes(StandardCharsets.UTF_8);
      FileInstaller.makeParents(tree, STATUS + "/" + name);
      tree.put(
          STATUS + "/" + name,
          new Node.RegularFile(metadata(0644), Content.of(control)),
          Origin.NONE);
    }
  }
}
