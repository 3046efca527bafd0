package linuxkit.packaging.git;

/** A commit, tree or tag with its content; blobs are never read. */
final class GitObject {
  /** Far above any commit or tree. */
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

  /** Not a copy. */
  byte[] bytes() {
    return bytes;
  }
}
