package linuxkit.system.yaml;

/**
 * Something to say about a place in a document.
 *
 * @param path the keys and list indexes that lead there, parted by dots, as in {@code
 *     onboot.0.devices.0.mode}; {@code (root)} for the document itself
 */
public record Diagnostic(Position position, String path, String problem) {
  @Override
  public String toString() {
    return position + ": " + path + ": " + problem;
  }
}
