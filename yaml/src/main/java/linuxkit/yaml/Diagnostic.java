package linuxkit.yaml;

/**
 * Something to say about a place in a document.
 *
 * @param path as {@link DottedPath} shows it
 */
public record Diagnostic(Position position, String path, String problem) {
  @Override
  public String toString() {
    return position + ": " + path + ": " + problem;
  }
}
