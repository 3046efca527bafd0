package linuxkit.oci.store;

/** A use of a store, which prevents deletion until it is closed; see {@link ImageStore#use}. */
public final class StoreHold implements AutoCloseable {
  private final StoreUse use;
  private boolean ended;

  StoreHold(StoreUse use) {
    this.use = use;
  }

  @Override
  public synchronized void close() {
    if (!ended) {
      ended = true;
      use.end();
    }
  }
}
