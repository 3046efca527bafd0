package linuxkit.yaml;

/**
 * A place in a document.
 *
 * @param file the document's name as shown to people: a path, a URL, or another source
 * @param line counted from 1
 * @param column in characters, counted from 1
 */
public record Position(String file, int line, int column) {
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
