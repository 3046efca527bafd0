package linuxkit.yaml;

/**
 * An error or a warning at a place in a document.
 *
 * @param path as {@link DottedPath} shows it
 */
public record Diagnostic(Position position, String path, String problem) {
  @Override
  public String toString() {
    return position + ": " + path + ": " + problem;
  }
}
