package linuxkit.packaging.git.rules;

/**
 * A pattern of a {@code .gitignore} or {@code .gitattributes} file: with a slash, it is a path
 * within the file's directory; without one, it is a name anywhere below.
 */
final class GlobPattern {
  private final String directory;
  private final boolean isPath;
  private final boolean directoriesOnly;
  private final Wildmatch glob;

  private GlobPattern(String directory, boolean isPath, boolean directoriesOnly, Wildmatch glob) {
    this.directory = directory;
    this.isPath = isPath;
    this.directoriesOnly = directoriesOnly;
    this.glob = glob;
  }

  /**
   * @param directory the file's directory within the work tree; empty for its root
   */
  static GlobPattern parse(String text, String directory, boolean ignoreCase) {
    boolean directoriesOnly = text.endsWith("/");
    String pattern = directoriesOnly ? text.substring(0, text.length() - 1) : text;
    boolean isPath = pattern.contains("/");
    pattern = pattern.startsWith("/") ? pattern.substring(1) : pattern;
    return new GlobPattern(
        directory.isEmpty() ? "" : directory + "/",
        isPath,
        directoriesOnly,
        new Wildmatch(pattern, ignoreCase));
  }

  /**
   * @param path within the work tree
   */
  boolean matches(String path, boolean isDirectory) {
    if ((directoriesOnly && !isDirectory) || !path.startsWith(directory)) {
      return false;
    }
    return glob.matches(
        isPath ? path.substring(directory.length()) : path.substring(path.lastIndexOf('/') + 1));
  }
}
