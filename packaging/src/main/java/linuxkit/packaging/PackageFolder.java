package linuxkit.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import linuxkit.base.FileFailure;
import linuxkit.base.SymbolicLinks;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.ReferenceFailure;
import linuxkit.packaging.definition.BuildFile;
import linuxkit.packaging.git.FolderHash;
import linuxkit.packaging.git.GitRepositories;
import linuxkit.packaging.tag.TagTemplate;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.Position;
import org.jspecify.annotations.Nullable;

/**
 * A component's folder: its {@code build.yml}, and the name of the image built from it. The folder
 * and the git repository around it are only read, without running git.
 */
public final class PackageFolder {
  private final Path path;
  private final Path buildFile;
  private final byte[] bytes;
  private final BuildSummary summary;
  private final String tag;
  private final Reference reference;
  private final FolderHash hash;
  private final Map<String, String> environment;
  private @Nullable BuildFile definition;
  private @Nullable String contentHash;
  private @Nullable WorkCache work;

  private PackageFolder(
      Path path,
      Path buildFile,
      byte[] bytes,
      BuildSummary summary,
      String tag,
      Reference reference,
      FolderHash hash,
      Map<String, String> environment) {
    this.path = path;
    this.buildFile = buildFile;
    this.bytes = bytes;
    this.summary = summary;
    this.tag = tag;
    this.reference = reference;
    this.hash = hash;
    this.environment = environment;
  }

  /**
   * Reads a folder.
   *
   * @param environment says where the user's settings of git are
   * @throws linuxkit.base.Failure if its definition has mistakes, or the repository around it
   *     cannot be read
   */
  public static PackageFolder read(
      Path path, PackageOptions options, Map<String, String> environment) {
    try (GitRepositories repositories = new GitRepositories(environment)) {
      return read(
          path,
          options,
          repositories,
          (start, bytes) -> BuildSummary.of(BuildFile.read(start, bytes)));
    }
  }

  /**
   * Reads one of several folders, and caches the summary of its definition for later processes.
   *
   * @throws linuxkit.base.Failure if its definition has mistakes, or the repository around it
   *     cannot be read
   */
  public static PackageFolder read(
      Path path, PackageOptions options, GitRepositories repositories, WorkCache work) {
    PackageFolder folder =
        read(path, options, repositories, (start, bytes) -> BuildSummary.of(start, bytes, work));
    folder.work = work;
    return folder;
  }

  @FunctionalInterface
  private interface SummaryReader {
    BuildSummary read(Position start, byte[] bytes) throws IOException;
  }

  private static PackageFolder read(
      Path path, PackageOptions options, GitRepositories repositories, SummaryReader reader) {
    Path buildFile = path.resolve(options.buildYml());
    if (!Files.isDirectory(path)) {
      throw PackageFailure.missingFolder(path);
    }
    if (!Files.isRegularFile(buildFile)) {
      throw PackageFailure.missingDefinition(path, options.buildYml());
    }
    byte[] bytes;
    BuildSummary summary;
    try {
      bytes = Files.readAllBytes(buildFile);
      summary = reader.read(start(buildFile), bytes);
    } catch (IOException e) {
      throw FileFailure.of("cannot read the component's definition", buildFile, e);
    }
    options
        .hashPath()
        .filter(hashed -> !FolderHash.isWithin(path, hashed))
        .ifPresent(
            hashed -> {
              throw PackageFailure.outsideHashPath(path, hashed);
            });
    String org = options.org().or(options::developer).orElse(summary.org());
    FolderHash hash =
        options
            .hash()
            .or(() -> options.developer().map(_ -> "dev"))
            .map(FolderHash::clean)
            .orElseGet(
                () ->
                    FolderHash.of(
                        path,
                        summary.extraSources(),
                        new FolderHash.Choice(
                            options.hashCommit(), options.hashPath(), options.forceDirty()),
                        repositories));
    String tag = TagTemplate.expand(options.tag().orElse(summary.tag()), hash.text());
    tag = tag.isEmpty() ? "latest" : tag;
    Reference reference = reference(org + "/" + summary.image() + ":" + tag, start(buildFile));
    if (LocalName.is(reference) || reference.digest().isPresent()) {
      throw PackageFailure.reservedName(buildFile, reference.toString());
    }
    return new PackageFolder(
        path, buildFile, bytes, summary, tag, reference, hash, repositories.environment());
  }

  private static Reference reference(String name, Position start) {
    try {
      return Reference.parse(name);
    } catch (ReferenceFailure e) {
      Diagnostics diagnostics = new Diagnostics();
      if (start.hidden()) {
        diagnostics.error(start, "", e.what());
      }
      diagnostics.throwErrors();
      throw e;
    }
  }

  // A repository may hold a link in place of a definition, and messages end up in logs.
  private static Position start(Path buildFile) {
    return new Position(buildFile.toString(), 1, 1, SymbolicLinks.leadOut(buildFile));
  }

  public Path path() {
    return path;
  }

  /** Returns the last part of the image's name. */
  public String tag() {
    return tag;
  }

  /** Returns the image's full name, which {@code show-tag} prints without the registry. */
  public Reference reference() {
    return reference;
  }

  /** Returns the image's name without tag, and without the registry if that is docker.io. */
  public String image() {
    return reference.familiarLocator();
  }

  /** Returns whether the image is built from a Dockerfile. */
  public boolean usesDockerfile() {
    return summary.usesDockerfile();
  }

  /** Returns whether the tag stands for a folder with changes, which nobody else can have. */
  public boolean isDirty() {
    return hash.isDirty();
  }

  /** Returns the image's name as LinuxKit prints it, without the registry if that is docker.io. */
  public String shortName() {
    return image() + ":" + reference.tag();
  }

  /** Returns the platforms that the component supports, in the order of its {@code arches}. */
  public List<Platform> platforms() {
    return summary.arches().stream().map(Platform::linux).toList();
  }

  /**
   * Returns the platforms that are built unless some are named: those of {@code arches} but
   * riscv64, which few need and not every mirror of Debian has; riscv64 if it is the only one.
   */
  public List<Platform> usualPlatforms() {
    List<Platform> all = platforms();
    List<Platform> usual =
        all.stream().filter(platform -> !platform.architecture().equals("riscv64")).toList();
    return usual.isEmpty() ? all : usual;
  }

  BuildSummary summary() {
    return summary;
  }

  /** Returns the whole definition, which is parsed on the first call. */
  synchronized BuildFile definition() {
    BuildFile read = definition;
    if (read == null) {
      read = BuildFile.read(start(buildFile), bytes);
      definition = read;
    }
    return read;
  }

  /** Returns the environment, which says where the user's settings of git are. */
  Map<String, String> environment() {
    return environment;
  }

  Path buildFile() {
    return buildFile;
  }

  /** Returns the hash that stands for {@code {{.Hash}}} in the tag. */
  String hash() {
    return hash.text();
  }

  /** Returns the SHA-256 of what an image takes from the folder, in 64 hexadecimal digits. */
  synchronized String contentHash() {
    String known = contentHash;
    if (known == null) {
      known = FolderContent.of(path, hash.text(), bytes, summary, work);
      contentHash = known;
    }
    return known;
  }

  /**
   * Returns the SHA-256 of what an image takes from the folder, in 64 hexadecimal digits, which
   * does not depend on commits.
   */
  public String tree() {
    return FolderContent.of(path, "", bytes, summary, work);
  }

  /** Returns whether the component has Debian packages. */
  public boolean hasPackages() {
    return summary.hasPackages();
  }

  /** Returns whether both folders give the same images. */
  public boolean hasContentOf(PackageFolder other) {
    return contentHash().equals(other.contentHash());
  }

  /** Returns whether the installed files are as they were when they were hashed. */
  boolean isUnchanged() {
    return FolderContent.of(path, hash.text(), bytes, summary, work).equals(contentHash());
  }
}
