package linuxkit.packaging;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import linuxkit.packaging.git.FolderState;
import linuxkit.packaging.git.GitFailure;
import linuxkit.packaging.git.GitRepositories;
import linuxkit.packaging.git.GitRepository;
import linuxkit.packaging.git.ObjectId;

/** The hash in a component's tag, from the git repository around its folder. */
final class FolderHash {
  private static final int DIRTY_DIGITS = 7;

  private FolderHash() {}

  static boolean isWithin(Path path, Path folder) {
    return path.toAbsolutePath().normalize().startsWith(folder.toAbsolutePath().normalize());
  }

  static String of(
      Path path, List<String> extraSources, PackageOptions options, GitRepositories repositories) {
    Optional<GitRepository> found = repositories.around(path);
    if (found.isEmpty()) {
      return unversioned(FolderState.outsideGit(path));
    }
    GitRepository repository = found.get();
    Path hashed = options.hashPath().orElse(path);
    if (!isWithin(hashed, repository.workTree())) {
      throw GitFailure.notInCommit(hashed, options.hashCommit());
    }
    boolean atHead = options.hashCommit().equals("HEAD");
    Optional<ObjectId> commit = repository.commit(options.hashCommit());
    Optional<ObjectId> tree = commit.flatMap(c -> repository.tree(c, hashed));
    if (!atHead && commit.isEmpty()) {
      throw GitFailure.unknownRevision(repository.workTree(), options.hashCommit());
    }
    if (!atHead && tree.isEmpty()) {
      throw GitFailure.notInCommit(hashed, options.hashCommit());
    }
    FolderState state = FolderState.of(repository, path, inHead(repository, path));
    if (tree.isEmpty()) {
      return unversioned(state);
    }
    String text = withExtraSources(tree.get(), path, extraSources, options, repositories);
    if (!atHead) {
      return text;
    }
    return options.forceDirty() || state.isDirty() || isDirty(repository, path, hashed)
        ? text + "-dirty-" + state.contentHash().substring(0, DIRTY_DIGITS)
        : text;
  }

  private static boolean isDirty(GitRepository repository, Path path, Path hashed) {
    return !hashed.equals(path)
        && FolderState.of(repository, hashed, inHead(repository, hashed)).isDirty();
  }

  private static Optional<ObjectId> inHead(GitRepository repository, Path folder) {
    return repository.commit("HEAD").flatMap(c -> repository.tree(c, folder));
  }

  // LinuxKit tags every image from outside git "latest", so that the store still has the image of
  // the old content under the name of a changed folder. The id of the tree that git would make
  // changes with the content, and stays the same once the folder is committed.
  private static String unversioned(FolderState state) {
    return state.tree().hex();
  }

  /** Returns the SHA-1 of the concatenated hashes, as LinuxKit does. */
  private static String withExtraSources(
      ObjectId tree,
      Path path,
      List<String> extraSources,
      PackageOptions options,
      GitRepositories repositories) {
    if (extraSources.isEmpty()) {
      return tree.hex();
    }
    StringBuilder all = new StringBuilder(tree.hex());
    for (String extra : extraSources) {
      Path source = path.resolve(extra);
      all.append(
          repositories
              .around(source)
              .flatMap(
                  repository ->
                      repository
                          .commit(options.hashCommit())
                          .flatMap(c -> repository.tree(c, source)))
              .orElseThrow(() -> GitFailure.notInCommit(source, options.hashCommit())));
    }
    return sha1(all.toString());
  }

  private static String sha1(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
