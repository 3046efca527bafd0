package linuxkit.packaging;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.oci.Platform;
import linuxkit.packaging.accounts.PackageAccounts;
import linuxkit.packaging.debian.DebianArchive;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.packaging.debian.DebianPackage;
import linuxkit.packaging.debian.MergedUsr;
import linuxkit.packaging.debian.PackageTree;
import linuxkit.packaging.debian.TemporaryStorage;
import linuxkit.packaging.definition.BuildFile;
import linuxkit.packaging.definition.BuildFile.DebianContent;
import linuxkit.packaging.files.CopyrightFiles;
import linuxkit.packaging.files.ModuleIndexer;
import linuxkit.packaging.files.PackageFiles;
import org.jspecify.annotations.Nullable;

/** The packages under {@code debian:}, or the kernel image made from them. For one thread. */
public final class DebianSource implements ComponentSource {
  /** The label with the version of the rules by which packages become an image. */
  public static final String RULES_LABEL = "org.mobyproject.linuxkit.debian";

  /** Increment whenever the same packages and definition give other files. */
  private static final String RULES = "5";

  private static final String STATUS = "var/lib/dpkg/status.d";

  /** The packages that components must be made from. */
  @FunctionalInterface
  public interface Pins {
    /** Any packages will do. */
    Pins NONE = (_, _) -> Optional.empty();

    /**
     * Returns the packages of a component's images in the order in which they are to be unpacked;
     * empty if any will do. Any number of threads may call this at once.
     *
     * @param folder of the component
     */
    Optional<List<DebianPackage.Pin>> of(Path folder, Platform platform);
  }

  /**
   * The packages that a component would be made from now.
   *
   * @param packages in the order in which they are to be unpacked
   * @param states the SHA-256 of each signed {@code InRelease} by the name of its suite
   */
  public record Resolution(List<DebianPackage.Pin> packages, SortedMap<String, String> states) {}

  private final DebianOptions options;
  private final ModuleIndexer modules;
  private final Pins pins;
  private final Progress progress;
  private final Map<String, List<DebianPackage.Pin>> added = new HashMap<>();
  // Opened for the first build: most runs find everything in the store.
  private @Nullable DebianArchive archive;

  /** Creates a source of the newest packages. */
  public DebianSource(DebianOptions options, ModuleIndexer modules, Progress progress) {
    this(options, modules, Pins.NONE, progress);
  }

  /** Creates a source of certain packages. */
  public DebianSource(DebianOptions options, ModuleIndexer modules, Pins pins, Progress progress) {
    this.options = options;
    this.modules = modules;
    this.pins = pins;
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
  public String required(PackageFolder folder, Platform platform) {
    Optional<List<DebianPackage.Pin>> required = pins.of(folder.path(), platform);
    return required.isEmpty() ? "" : identity(required.get());
  }

  @Override
  public String added(PackageFolder folder, Platform platform) {
    List<DebianPackage.Pin> last = packages(folder, platform);
    return last.isEmpty() ? "" : identity(last);
  }

  @Override
  public List<DebianPackage.Pin> packages(PackageFolder folder, Platform platform) {
    return added.getOrDefault(folder.contentHash() + platform, List.of());
  }

  private static String identity(List<DebianPackage.Pin> packages) {
    return FolderContent.hash(
        packages.stream()
            .flatMap(each -> Stream.of(each.name(), each.version(), each.sha256()))
            .toList());
  }

  /**
   * Finds the packages of a component, whatever is required.
   *
   * @throws linuxkit.base.Failure if the archive cannot be read or lacks one
   */
  public Resolution resolve(PackageFolder folder, Platform platform) {
    DebianContent debian = folder.definition().content().debian().orElseThrow();
    return new Resolution(
        newest(debian, platform.architecture()).stream().map(DebianPackage::pin).toList(),
        archive().states(debian.suite()));
  }

  @Override
  public FileTree addTo(
      FileTree tree, PackageFolder folder, Platform platform, TemporaryStorage storage) {
    BuildFile definition = folder.definition();
    DebianContent debian = definition.content().debian().orElseThrow();
    String architecture = platform.architecture();
    PackageTree packages = new PackageTree(storage, ImageDocuments.TIME);
    List<DebianPackage> all =
        pins.of(folder.path(), platform)
            .map(required -> pinned(debian, required))
            .orElseGet(() -> newest(debian, architecture));
    for (DebianPackage pack : all) {
      progress.detail("Package: " + pack + " from " + pack.archive());
      packages.add(pack, archive().fetch(pack));
    }
    added.put(folder.contentHash() + platform, all.stream().map(DebianPackage::pin).toList());
    String where = folder.buildFile() + ": for " + architecture;
    PackageFiles files = new PackageFiles(packages.tree(), storage, ImageDocuments.TIME);
    SequencedMap<String, Node.RegularFile> made = FileInstaller.packaged(definition, files);
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
      PackageAccounts accounts =
          new PackageAccounts(
              packages.tree(),
              packages.owners(),
              path -> debian.drop().stream().anyMatch(pattern -> pattern.matches(path)));
      Set<String> own =
          definition.content().files().stream()
              .map(file -> MergedUsr.map(file.path()))
              .collect(Collectors.toSet());
      Set<String> owners =
          new PackageSelection(debian, packages, progress, where).apply(files.used(), own);
      merge(packages.tree(), tree);
      AccountInstaller.addTo(tree, definition, accounts.of(owners::contains));
      addStatus(tree, owners, packages);
    }
    FileInstaller.prepare(tree, folder.buildFile(), made);
    return tree;
  }

  private List<DebianPackage> pinned(DebianContent debian, List<DebianPackage.Pin> required) {
    return required.stream().map(pin -> archive().fetch(debian.suite(), pin)).toList();
  }

  private List<DebianPackage> newest(DebianContent debian, String architecture) {
    return archive()
        .resolve(
            debian.suite(),
            debian.components(),
            architecture,
            Optional.ofNullable(debian.packages().get(architecture)).orElse(List.of()),
            debian.exclude(),
            debian.recommends());
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
