package linuxkit.packaging.debian;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.own.FolderFiles;
import linuxkit.base.own.OwnFolder;

/**
 * Debian's archive. Signatures and hashes are verified on download, and hashes again whenever a
 * file in the cache is used. For one thread.
 */
public final class DebianArchive implements AutoCloseable {
  private static final List<String> DOWNLOADS = List.of("sha256", "tmp");

  private final DebianOptions options;
  private final Progress progress;
  private final AptSources apt;
  private final Fetcher fetcher;
  private final Map<String, PackageIndex> indexes = new HashMap<>();
  private final Releases releases;

  /** Opens the archive; nothing is read from the network until it is needed. */
  public DebianArchive(DebianOptions options, Progress progress) {
    this.options = options;
    this.progress = progress;
    this.apt = AptSources.read(options.root().resolve("etc/apt"));
    this.fetcher = new Fetcher(apt.configuration(), options, progress);
    this.releases = new Releases(options, apt, fetcher, progress);
  }

  /**
   * Finds packages and their dependencies, in the order in which they are to be unpacked.
   *
   * @param components of the archive to search; every suite of the release must have all of them
   * @param architecture Debian's name, which is also Go's for amd64 and arm64
   * @param wanted names, or {@code name=version}
   * @param exclude names of packages to leave out; dependencies on them count as satisfied
   * @param recommends whether to include recommended packages
   * @throws DebianFailure if a package is missing or packages conflict
   */
  public List<DebianPackage> resolve(
      String suite,
      List<String> components,
      String architecture,
      List<String> wanted,
      List<String> exclude,
      boolean recommends) {
    PackageIndex index =
        indexes.computeIfAbsent(
            String.join("/", suite, architecture, String.join(",", components)),
            _ -> index(suite, components, architecture));
    List<DebianPackage> found =
        new Resolver(index, suite, architecture, new HashSet<>(exclude), recommends)
            .resolve(wanted).stream().map(Resolver.Chosen::pack).toList();
    preferences()
        .concerning(found)
        .ifPresent(file -> progress.info("The pins of apt in " + file + " are not applied."));
    return found;
  }

  // An archive that the user names has no pins.
  private AptPreferences preferences() {
    return options.mirrors().isEmpty()
        ? AptPreferences.read(options.root().resolve("etc/apt"))
        : new AptPreferences(List.of());
  }

  /**
   * Returns the verified {@code .deb} of a package from the cache or the archive.
   *
   * @throws DebianFailure if it cannot be obtained
   */
  public Path fetch(DebianPackage pack) {
    return fetch(pack.toString(), pack.location(), pack.size(), pack.sha256());
  }

  /**
   * Fetches a package that was chosen before, from the cache or the first archive of its suite that
   * has it.
   *
   * @param release that the package was chosen from
   * @return the package with its place in that archive
   * @throws DebianFailure.Gone if no archive has it
   */
  public DebianPackage fetch(String release, DebianPackage.Pin pin) {
    List<Suites.Suite> suites =
        suites(release).stream().filter(suite -> suite.name().equals(pin.suite())).toList();
    List<String> asked = new ArrayList<>();
    for (Suites.Suite suite : suites) {
      DebianPackage pack = suite.locate(pin);
      try {
        fetch(pack);
        return pack;
      } catch (DebianFailure.Missing _) {
        asked.add(pack.location().toString());
      }
    }
    throw new DebianFailure.Gone(pin, asked);
  }

  /**
   * Returns the states of the archive that {@link #resolve} has read for a release: the SHA-256 of
   * each {@code InRelease} by the name of its suite.
   */
  public SortedMap<String, String> states(String release) {
    SortedMap<String, String> states = new TreeMap<>();
    for (Suites.Suite suite : suites(release)) {
      releases.find(suite).ifPresent(found -> states.put(suite.name(), releases.hash(found)));
    }
    return states;
  }

  private List<Suites.Suite> suites(String release) {
    List<String> names = Suites.names(release, options.without());
    return options.mirrors().isEmpty()
        ? debians(Suites.ofApt(apt, names))
        : Suites.ofMirrors(options.mirrors(), names);
  }

  private Path fetch(String label, URI uri, long size, String sha256) {
    Path file = options.cache().resolve("sha256").resolve(sha256);
    prepare(file);
    if (!Downloaded.isWhole(file, size, sha256)) {
      fetcher.download(label, uri, size, sha256, file);
    }
    return file;
  }

  /** Makes sure that nobody else can change the folder of a file. */
  static void prepare(Path file) {
    Path folder = Objects.requireNonNull(file.getParent());
    OwnFolder.make(
            Objects.requireNonNull(folder.getParent()), OwnFolder.Trust.VERIFIED, "remove it")
        .folder(folder.getFileName().toString());
  }

  private PackageIndex index(String suite, List<String> components, String architecture) {
    List<String> names = Suites.names(suite, options.without());
    boolean ofApt = options.mirrors().isEmpty();
    List<Suites.Suite> suites = suites(suite);
    if (suites.isEmpty()) {
      throw new DebianFailure.NoMirror(options.root().resolve("etc/apt"));
    }
    if (ofApt) {
      reportIgnored();
    }
    PackageIndex index = new PackageIndex();
    Set<String> found = new HashSet<>();
    for (Suites.Suite part : suites) {
      Optional<Release> release = releases.find(part);
      if (release.isPresent()) {
        for (String component : components) {
          add(part, release.get(), component, architecture, index);
        }
        found.add(part.name());
      } else if (ofApt) {
        throw DebianFailure.MissingSuite.ofApt(part);
      }
    }
    if (!found.contains(suite)) {
      throw new DebianFailure.Missing(suites.getFirst().resolve("InRelease").toString());
    }
    for (DebianOptions.Pocket pocket : DebianOptions.Pocket.values()) {
      String name = pocket.of(suite);
      if (names.contains(name) && !found.contains(name)) {
        if (!ofApt) {
          throw DebianFailure.MissingSuite.ofMirrors(name, options.mirrors(), pocket);
        }
        progress.warn("The sources of apt do not name " + name + ", whose updates are not used.");
      }
    }
    return index;
  }

  private void reportIgnored() {
    for (String source : Suites.unreadable(apt)) {
      progress.info(
          "Ignoring " + source + ", a source of apt of a kind that this program cannot read.");
    }
    apt.configuration()
        .get("APT::Default-Release")
        .ifPresent(_ -> progress.info("The setting APT::Default-Release of apt is not applied."));
  }

  /** Leaves out the sources whose keys are another archive's. */
  private List<Suites.Suite> debians(List<Suites.Suite> suites) {
    List<Suites.Suite> debians = new ArrayList<>();
    for (Suites.Suite each : suites) {
      if (releases.isDebians(each)) {
        debians.add(each);
      } else {
        progress.info(
            "Ignoring "
                + each
                + ", a source of apt whose keys are not Debian's; --debian-mirror names archives to"
                + " use.");
      }
    }
    return debians;
  }

  private void add(
      Suites.Suite suite,
      Release release,
      String component,
      String architecture,
      PackageIndex into) {
    Release.IndexFile index =
        release
            .packages(component, architecture)
            .orElseThrow(
                () ->
                    new DebianFailure.Missing(
                        suite.resolve(component + "/binary-" + architecture).toString()));
    Path file;
    try {
      file = fetchIndex(suite, index, release.byHash());
    } catch (DebianFailure.Missing | DebianFailure.WrongContent e) {
      // The archive has changed since the Release was read, so the next attempt reads it again.
      releases.expire(suite);
      throw e;
    }
    try (InputStream whole = Downloaded.open(file, index.size(), index.sha256())) {
      into.add(
          Downloaded.decompress(index.name(), whole),
          new DebianPackage.Archive(suite.archive(), suite.name(), release.origin()));
      whole.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw FileFailure.of("cannot read the package index", file, e);
    }
  }

  private Path fetchIndex(Suites.Suite suite, Release.IndexFile index, boolean byHash) {
    String label = suite.name() + "/" + index.name();
    if (byHash) {
      try {
        return fetch(label, suite.resolve(index.byHash()), index.size(), index.sha256());
      } catch (DebianFailure.Missing _) {
        // A mirror may lack these names, whatever its Release says.
      }
    }
    return fetch(label, suite.resolve(index.name()), index.size(), index.sha256());
  }

  /**
   * Deletes downloaded packages and indexes, which the next build downloads again. Release files
   * stay, so that nobody can pass older packages off as current ones.
   *
   * @param cache as in {@link DebianOptions}
   * @return the size of what was deleted, in bytes
   */
  public static long prune(Path cache) {
    if (!Files.isDirectory(cache, LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    long freed = 0;
    for (String name : DOWNLOADS) {
      try {
        freed += FolderFiles.delete(cache, name, 1, (_, _) -> true);
      } catch (IOException e) {
        throw FileFailure.of("cannot delete files in", cache.resolve(name), e);
      }
    }
    return freed;
  }

  /** Returns how many bytes {@link #prune} would free. */
  public static long prunable(Path cache) {
    long size = 0;
    for (Path file : downloads(cache)) {
      try {
        size += Files.size(file);
      } catch (IOException _) {
        // Another process has just deleted it.
      }
    }
    return size;
  }

  private static List<Path> downloads(Path cache) {
    if (!Files.isDirectory(cache, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    return DOWNLOADS.stream().flatMap(name -> files(cache.resolve(name)).stream()).toList();
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).toList();
    } catch (IOException e) {
      throw FileFailure.of("cannot read", folder, e);
    }
  }

  @Override
  public void close() {
    fetcher.close();
  }
}
