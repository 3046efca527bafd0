package linuxkit.packaging.git;

/**
 * A file that git tracks (gitformat-index).
 *
 * @param path within the work tree
 * @param mode as in a tree: {@code 100644}, …; {@code 40000} for a directory that is not checked
 *     out
 * @param stage 0, unless there is a conflict
 * @param unchanged whether git does not look at the file: assume-unchanged
 * @param skipped whether the file is not checked out: skip-worktree
 * @param stat what the file looked like when it was last the same as the object
 */
record IndexEntry(
    String path,
    String mode,
    ObjectId id,
    int stage,
    boolean unchanged,
    boolean skipped,
    FileStat stat) {}
