package linuxkit.packaging.git;

import java.nio.file.Path;
import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A repository cannot be read, or a commit or folder is not in it. */
public final class GitFailure extends Failure {
  private static final long serialVersionUID = 1;

  private GitFailure(String what, Path where, String hint, @Nullable Throwable cause) {
    super(what, where.toString(), hint, cause);
  }

  static GitFailure damaged(Path where, String why) {
    return new GitFailure("damaged git repository: " + why, where, "run git fsck there", null);
  }

  static GitFailure missing(Path repository, ObjectId id) {
    return new GitFailure(
        "the git repository lacks the object " + id,
        repository,
        "run git fsck there; a partial clone needs git fetch --refetch",
        null);
  }

  static GitFailure unsupported(Path where, String what) {
    return new GitFailure(
        "the git repository uses " + what + ", which is not supported",
        where,
        "give the hash with --hash",
        null);
  }

  public static GitFailure unknownRevision(Path where, String revision) {
    return new GitFailure(
        "no such commit: " + revision,
        where,
        "give a branch, a tag, or the full id of a commit",
        null);
  }

  public static GitFailure notInCommit(Path folder, String revision) {
    return new GitFailure(
        "the folder is not in commit " + revision, folder, "choose another --hash-commit", null);
  }
}
