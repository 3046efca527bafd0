package linuxkit.packaging;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.oci.Platform;
import linuxkit.packaging.BuildFile.DebianContent;
import linuxkit.packaging.debian.DebianArchive;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.packaging.debian.DebianPackage;
import linuxkit.packaging.debian.PackageTree;
import linuxkit.packaging.debian.TemporaryStorage;
import linuxkit.packaging.files.CopyrightFiles;
import linuxkit.packaging.files.ModuleIndexer;
import org.jspecify.annotations.Nullable;

/** The packages under {@code debian:}, or the kernel image made from them. For one thread. */
public final class DebianSource implements ComponentSource {
  /** The label with the version of the rules by which packages become an image. */
  public static final String RULES_LABEL = "org.mobyproject.linuxkit.debian";

  /** Increment whenever the same packages and definition give other files. */
  private static final String RULES = "4";

  private static final String STATUS = "var/lib/dpkg/status.d";

  private final DebianOptions options;
  private final ModuleIndexer modules;
  private final Progress progress;
  // Opened for the first build: most runs find everything in the store.
  private @Nullable DebianArchive archive;

  public DebianSource(DebianOptions options, ModuleIndexer modules, Progress progress) {
    this.options = options;
    this.modules = modules;
    this.progress = progress;
  }

  @Override
  public boolean isUsedBy(PackageFolder folder) {
    return folder.summary().hasPackages();
  }

  @Override
  public SortedMap<String, String> provenance(PackageFolder folder, Platform platform) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(Map.of(RULES_LABEL, RULES)));
  }

  @Override
  public FileTree addTo(
      FileTree tree, PackageFolder folder, Platform platform, TemporaryStorage storage) {
    BuildFile definition = folder.definition();
    DebianContent debian = definition.content().debian().orElseThrow();
    String architecture = platform.architecture();
    PackageTree packages = new PackageTree(storage, ImageDocuments.TIME);
    unpack(debian, architecture, packages);
    String where = folder.buildFile() + ": for " + architecture;
    if (definition.content().kernel()) {
      Set<String> owners = new TreeSet<>(packages.owners().values());
      CopyrightFiles copyrights = CopyrightFiles.of(packages.tree(), owners);
      copyrights.warnOfMissing(progress, where);
      merge(
          new KernelTree(folder.buildFile(), modules, storage)
              .of(packages.tree(), copyrights.paths()),
          tree);
      addStatus(tree, owners, packages);
    } else {
      Set<String> owners = new PackageSelection(debian, packages, progress, where).apply();
      merge(packages.tree(), tree);
      addStatus(tree, owners, packages);
    }
    return tree;
  }

  private void unpack(DebianContent debian, String architecture, PackageTree into) {
    DebianArchive from = archive();
    List<DebianPackage> resolved =
        from.resolve(
            debian.suite(),
            debian.components(),
            architecture,
            Optional.ofNullable(debian.packages().get(architecture)).orElse(List.of()),
            debian.exclude(),
            debian.recommends());
    for (DebianPackage pack : resolved) {
      progress.detail("Package: " + pack + " from " + pack.archive());
      into.add(pack, from.fetch(pack));
    }
  }

  private static void merge(FileTree from, FileTree to) {
    from.walk(
        entry -> {
          if (!entry.path().isEmpty()) {
            to.put(entry.path(), entry.node(), entry.origin());
          }
        });
  }

  /** Records the packages where scanners look for them, in the layout of distroless images. */
  private static void addStatus(FileTree tree, Set<String> owners, PackageTree packages) {
    for (String name : owners) {
      byte[] control = packages.status(name).getBytes(StandardCharsets.UTF_8);
      FileInstaller.makeParents(tree, STATUS + "/" + name);
      tree.put(
          STATUS + "/" + name,
          new Node.RegularFile(ComponentTree.metadata(0644), Content.of(control)),
          Origin.NONE);
    }
  }

  private DebianArchive archive() {
    DebianArchive open = archive;
    if (open == null) {
      open = new DebianArchive(options, progress);
      archive = open;
    }
    return open;
  }

  @Override
  public void close() {
    if (archive != null) {
      archive.close();
    }
  }
}
