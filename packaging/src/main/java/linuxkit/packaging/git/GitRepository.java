package linuxkit.packaging.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.base.FileFailure;
import linuxkit.packaging.git.rules.GitConfig;
import linuxkit.packaging.git.rules.GitText;
import org.jspecify.annotations.Nullable;

/**
 * A git repository with a work tree (gitrepository-layout). It is only read: nothing is written or
 * locked, git is not started, and the owner of the files does not matter. Only SHA-1 repositories
 * with refs in files are supported.
 */
public final class GitRepository {
  private static final Pattern COMMIT_TREE = Pattern.compile("\\Atree ([0-9a-f]{40})\n");
  private static final Pattern COMMIT_TIME =
      Pattern.compile("(?m)^committer .* (\\d{1,12}) [+-]\\d{4}$");
  private static final Pattern TAG_OBJECT = Pattern.compile("\\Aobject ([0-9a-f]{40})\n");
  private static final int MAX_INDIRECTIONS = 10;

  private final Path workTree;
  private final Path gitDirectory;
  private final Path commonDirectory;
  private final Map<String, String> environment;
  private final ObjectDatabase objects;
  private @Nullable GitConfig config;

  private GitRepository(
      Path workTree, Path gitDirectory, Path commonDirectory, Map<String, String> environment)
      throws IOException {
    this.workTree = workTree;
    this.gitDirectory = gitDirectory;
    this.commonDirectory = commonDirectory;
    this.environment = environment;
    this.objects = ObjectDatabase.open(commonDirectory);
  }

  /** Returns whether a repository is checked out to a folder. */
  static boolean isAt(Path folder) throws IOException {
    return Files.isRegularFile(directory(folder).resolve("HEAD"));
  }

  /**
   * Opens the repository that is checked out to a folder; empty if there is none.
   *
   * @param environment says where the user's settings are
   */
  static Optional<GitRepository> at(Path folder, Map<String, String> environment)
      throws IOException {
    Path dot = directory(folder);
    return Files.isRegularFile(dot.resolve("HEAD"))
        ? Optional.of(open(folder, dot, environment))
        : Optional.empty();
  }

  private static Path directory(Path folder) throws IOException {
    Path dot = folder.resolve(".git");
    if (Files.isRegularFile(dot)) {
      String text = Files.readString(dot).strip();
      if (!text.startsWith("gitdir:")) {
        throw GitFailure.damaged(dot, "the file does not start with gitdir:");
      }
      dot = folder.resolve(text.substring("gitdir:".length()).strip()).normalize();
    }
    return dot;
  }

  private static GitRepository open(
      Path workTree, Path gitDirectory, Map<String, String> environment) throws IOException {
    Path common = gitDirectory;
    Path pointer = gitDirectory.resolve("commondir");
    if (Files.isRegularFile(pointer)) {
      common = gitDirectory.resolve(Files.readString(pointer).strip()).normalize();
    }
    checkFormat(common.resolve("config"));
    return new GitRepository(workTree, gitDirectory, common, environment);
  }

  private static void checkFormat(Path file) throws IOException {
    GitConfig config = GitConfig.ofFile(file);
    requireFormat(file, "objectFormat", config.get("extensions.objectformat"), "sha1");
    requireFormat(file, "refStorage", config.get("extensions.refstorage"), "files");
  }

  private static void requireFormat(
      Path file, String name, Optional<String> value, String supported) {
    if (value.isPresent() && !value.get().equals(supported)) {
      throw GitFailure.unsupported(file, name + " = " + value.get());
    }
  }

  /** Returns the folder that the repository is checked out to. */
  public Path workTree() {
    return workTree;
  }

  Map<String, String> environment() {
    return environment;
  }

  /** Returns the settings, which are read on the first call. */
  synchronized GitConfig config() throws IOException {
    GitConfig known = config;
    if (known == null) {
      known = GitConfig.read(environment, gitDirectory, commonDirectory);
      config = known;
    }
    return known;
  }

  Path indexFile() {
    return gitDirectory.resolve("index");
  }

  Path infoFile(String name) {
    return commonDirectory.resolve("info").resolve(name);
  }

  /** Returns a file of patterns in the work tree; empty if it is missing. */
  String text(String folder, String name) throws IOException {
    return GitText.readWithin(workTree.resolve(folder).resolve(name));
  }

  /** Returns the content of a file in the repository. */
  byte[] content(ObjectId blob) throws IOException {
    return objects.read(blob).bytes();
  }

  /**
   * Finds a commit by {@code HEAD}, its full id, a branch, a tag or a remote branch. Empty if there
   * is none, such as {@code HEAD} before the first commit.
   */
  public Optional<ObjectId> commit(String revision) {
    try {
      Optional<ObjectId> id = ObjectId.parse(revision.toLowerCase(Locale.ROOT));
      if (id.isEmpty()) {
        for (String prefix : List.of("", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/")) {
          if (prefix.isEmpty() && !revision.equals("HEAD") && !revision.startsWith("refs/")) {
            continue;
          }
          id = ref(prefix + revision, MAX_INDIRECTIONS);
          if (id.isPresent()) {
            break;
          }
        }
      }
      return id.isEmpty() ? id : Optional.of(peel(id.get()));
    } catch (IOException e) {
      throw FileFailure.of("cannot read the git repository", gitDirectory, e);
    }
  }

  /** Returns the names of the tags that point to a commit, sorted. */
  public List<String> tagsAt(ObjectId commit) {
    try {
      List<String> found = new ArrayList<>();
      for (String name : TagNames.in(commonDirectory)) {
        Optional<ObjectId> tagged = ref("refs/tags/" + name, MAX_INDIRECTIONS);
        // A tag may also point to a tree or a blob.
        if (tagged.isPresent() && isOf(tagged.get(), commit)) {
          found.add(name);
        }
      }
      return found;
    } catch (IOException e) {
      throw FileFailure.of("cannot read the git repository", gitDirectory, e);
    }
  }

  private boolean isOf(ObjectId tagged, ObjectId commit) throws IOException {
    ObjectId at = tagged;
    for (int i = 0; i < MAX_INDIRECTIONS && !at.equals(commit); i++) {
      GitObject object = objects.read(at);
      if (object.type() != GitObject.Type.TAG) {
        return false;
      }
      at = field(TAG_OBJECT, object);
    }
    return at.equals(commit);
  }

  private ObjectId peel(ObjectId id) throws IOException {
    ObjectId at = id;
    for (int i = 0; i < MAX_INDIRECTIONS; i++) {
      GitObject object = objects.read(at);
      switch (object.type()) {
        case COMMIT -> {
          return at;
        }
        case TAG -> at = field(TAG_OBJECT, object);
        case TREE, BLOB -> throw GitFailure.unknownRevision(workTree, id.hex());
      }
    }
    throw GitFailure.damaged(gitDirectory, "an endless chain of tags");
  }

  private Optional<ObjectId> ref(String name, int indirections) throws IOException {
    if (name.contains("..") || name.startsWith("/") || indirections == 0) {
      return Optional.empty();
    }
    // HEAD belongs to the worktree; other refs are shared, except those that git keeps separate.
    for (Path folder : List.of(gitDirectory, commonDirectory)) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        return text.startsWith("ref:")
            ? ref(text.substring("ref:".length()).strip(), indirections - 1)
            : ObjectId.parse(text);
      }
    }
    Path packed = commonDirectory.resolve("packed-refs");
    if (Files.isRegularFile(packed)) {
      for (String line : Files.readAllLines(packed, StandardCharsets.ISO_8859_1)) {
        if (line.length() > 41 && line.substring(41).equals(name)) {
          return ObjectId.parse(line.substring(0, 40));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Finds the tree of a folder in a commit.
   *
   * @param folder within the work tree
   * @return empty if the commit has no such folder
   */
  public Optional<ObjectId> tree(ObjectId commit, Path folder) {
    try {
      ObjectId at = field(COMMIT_TREE, objects.read(commit));
      for (String name : namesBelow(folder)) {
        Optional<TreeEntry> next =
            entries(at).stream()
                .filter(e -> e.name().equals(name) && e.mode().equals(TreeEntry.DIRECTORY))
                .findFirst();
        if (next.isEmpty()) {
          return Optional.empty();
        }
        at = next.get().id();
      }
      return Optional.of(at);
    } catch (IOException e) {
      throw FileFailure.of("cannot read the git repository", gitDirectory, e);
    }
  }

  /** Returns the time at which a commit was made. */
  public Instant committed(ObjectId commit) {
    try {
      Matcher matcher =
          COMMIT_TIME.matcher(
              new String(objects.read(commit).bytes(), StandardCharsets.ISO_8859_1));
      if (!matcher.find()) {
        throw GitFailure.damaged(gitDirectory, "a commit without a time");
      }
      return Instant.ofEpochSecond(Long.parseLong(matcher.group(1)));
    } catch (IOException e) {
      throw FileFailure.of("cannot read the git repository", gitDirectory, e);
    }
  }

  List<TreeEntry> entries(ObjectId tree) throws IOException {
    GitObject object = objects.read(tree);
    if (object.type() != GitObject.Type.TREE) {
      throw GitFailure.damaged(gitDirectory, tree + " is not a tree");
    }
    return TreeEntry.parse(object.bytes(), gitDirectory);
  }

  /** Returns the names on the way from the work tree's root to a folder; none for the root. */
  List<String> namesBelow(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    Path relative = workTree.relativize(folder.toRealPath());
    for (Path name : relative) {
      if (!name.toString().isEmpty()) {
        names.add(name.toString());
      }
    }
    return names;
  }

  private ObjectId field(Pattern pattern, GitObject object) {
    Matcher matcher = pattern.matcher(new String(object.bytes(), StandardCharsets.ISO_8859_1));
    if (!matcher.find()) {
      throw GitFailure.damaged(gitDirectory, "a commit without a tree");
    }
    return new ObjectId(matcher.group(1));
  }

  void close() {
    try {
      objects.close();
    } catch (IOException e) {
      throw FileFailure.of("cannot close the git repository", gitDirectory, e);
    }
  }
}
