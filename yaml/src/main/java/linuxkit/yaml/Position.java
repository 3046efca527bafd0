package linuxkit.yaml;

/**
 * A place in a document.
 *
 * @param file the document's name as shown to people: a path, a URL, or another source
 * @param line counted from 1
 * @param column in characters, counted from 1
 * @param hidden whether no message may quote the document, because whoever led to it by a symbolic
 *     link may not be allowed to read it
 */
public record Position(String file, int line, int column, boolean hidden) {
  public Position(String file, int line, int column) {
    this(file, line, column, false);
  }

  /** Returns another place in the same document. */
  Position at(int otherLine, int otherColumn) {
    return new Position(file, otherLine, otherColumn, hidden);
  }

  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
