package linuxkit.packaging.git;

/** The content of a commit, tree, tag or blob. Blobs are only read to compare line ends. */
final class GitObject {
  /** Far larger than any commit or tree. */
  static final int MAX_SIZE = 64 << 20;

  enum Type {
    COMMIT,
    TREE,
    BLOB,
    TAG
  }

  private final Type type;
  private final byte[] bytes;

  GitObject(Type type, byte[] bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  Type type() {
    return type;
  }

  /** Returns the content itself, not a copy. */
  byte[] bytes() {
    return bytes;
  }
}
