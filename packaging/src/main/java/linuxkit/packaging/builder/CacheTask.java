package linuxkit.packaging.builder;

/** Something to do with the cache of a builder's results. */
public enum CacheTask {
  /** Shows what is in it. */
  DU("du"),
  /** Deletes what is not in use. */
  PRUNE("prune");

  private final String word;

  CacheTask(String word) {
    this.word = word;
  }

  /** Returns the name of the command, for which all programs use the same word. */
  public String word() {
    return word;
  }
}
