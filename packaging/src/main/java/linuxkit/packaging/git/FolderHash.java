package linuxkit.packaging.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;

/**
 * The hash in a component's tag, from the git repository around its folder.
 *
 * @param text with a suffix if the folder is dirty
 * @param isDirty whether the folder has changes that are not in HEAD
 */
public record FolderHash(String text, boolean isDirty) {
  private static final int DIRTY_DIGITS = 7;

  /**
   * The state of a folder that is hashed.
   *
   * @param commit HEAD, or a revision whose tree is hashed in place of the files
   * @param path the folder that is hashed, if it is not the component's own
   * @param forceDirty whether to hash as if there were changes
   */
  public record Choice(String commit, Optional<Path> path, boolean forceDirty) {}

  /**
   * Returns whether a path lies in a folder, after all links have been followed.
   *
   * @throws linuxkit.base.Failure if one of them cannot be read
   */
  public static boolean isWithin(Path path, Path folder) {
    try {
      return path.toRealPath().startsWith(folder.toRealPath());
    } catch (IOException e) {
      throw FileFailure.of("cannot read the folder", path, e);
    }
  }

  /**
   * Hashes a folder.
   *
   * @param extraSources folders that the component uses as well, relative to its own
   * @throws linuxkit.base.Failure if the repository cannot be read or lacks the commit or folder
   */
  public static FolderHash of(
      Path path, List<String> extraSources, Choice choice, GitRepositories repositories) {
    Optional<GitRepository> found = repositories.around(path);
    if (found.isEmpty()) {
      return unversioned(FolderState.outsideGit(path));
    }
    GitRepository repository = found.get();
    Path hashed = choice.path().orElse(path);
    if (!isWithin(hashed, repository.workTree())) {
      throw GitFailure.notInCommit(hashed, choice.commit());
    }
    boolean atHead = choice.commit().equals("HEAD");
    Optional<ObjectId> commit = repository.commit(choice.commit());
    Optional<ObjectId> tree = commit.flatMap(c -> repository.tree(c, hashed));
    if (!atHead && commit.isEmpty()) {
      throw GitFailure.unknownRevision(repository.workTree(), choice.commit());
    }
    if (!atHead && tree.isEmpty()) {
      throw GitFailure.notInCommit(hashed, choice.commit());
    }
    if (!atHead) {
      return clean(withExtraSources(tree.get(), path, extraSources, choice, repositories));
    }
    FolderState state = FolderState.of(repository, path, inHead(repository, path));
    if (tree.isEmpty()) {
      // Nothing is left of a folder that git ignores, and its hash must change with its content.
      return unversioned(state.files().isEmpty() ? FolderState.outsideGit(path) : state);
    }
    String text = withExtraSources(tree.get(), path, extraSources, choice, repositories);
    boolean dirty = choice.forceDirty() || state.isDirty() || hasChanges(repository, path, hashed);
    return dirty
        ? new FolderHash(text + "-dirty-" + state.contentHash().substring(0, DIRTY_DIGITS), true)
        : clean(text);
  }

  /** Returns a hash of something other than a folder with changes. */
  public static FolderHash clean(String text) {
    return new FolderHash(text, false);
  }

  private static boolean hasChanges(GitRepository repository, Path path, Path hashed) {
    return !hashed.equals(path)
        && FolderState.of(repository, hashed, inHead(repository, hashed)).isDirty();
  }

  private static Optional<ObjectId> inHead(GitRepository repository, Path folder) {
    return repository.commit("HEAD").flatMap(c -> repository.tree(c, folder));
  }

  // LinuxKit tags every image from outside git "latest", so that the store still has the image of
  // the old content under the name of a changed folder. The id of the tree that git would make
  // changes with the content, and stays the same once the folder is committed.
  private static FolderHash unversioned(FolderState state) {
    return clean(state.tree().hex());
  }

  /** Returns the SHA-1 of the concatenated hashes, as LinuxKit does. */
  private static String withExtraSources(
      ObjectId tree,
      Path path,
      List<String> extraSources,
      Choice choice,
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
                      repository.commit(choice.commit()).flatMap(c -> repository.tree(c, source)))
              .orElseThrow(() -> GitFailure.notInCommit(source, choice.commit())));
    }
    return HexFormat.of()
        .formatHex(ObjectId.newSha1().digest(all.toString().getBytes(StandardCharsets.US_ASCII)));
  }
}
