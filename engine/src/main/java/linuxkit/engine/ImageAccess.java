package linuxkit.engine;

import linuxkit.base.Progress;
import linuxkit.http.RetryPolicy;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.registry.transfer.Pusher;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.registry.transfer.RegistrySettings;
import linuxkit.oci.signatures.SignatureCopies;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.StoreHold;

/**
 * The image store and the registries. No connection is made before it is needed, and no other
 * process deletes from the store while this is open.
 */
public final class ImageAccess implements AutoCloseable {
  private final ImageStore store;
  private final RegistryClient client;
  private final Progress progress;
  private final StoreHold use;

  /** Opens the store, and creates it if it is missing. */
  public ImageAccess(Settings settings, Progress progress) {
    this.progress = progress;
    this.store = ImageStore.open(settings.cache(), settings.key(), progress);
    this.client = client(settings, progress);
    this.use = store.use();
  }

  /** Returns a client for registries; the caller closes it. */
  public static RegistryClient client(Settings settings, Progress progress) {
    return new RegistryClient(
        new RegistrySettings(
            settings.mirrors(),
            Logins.of(
                settings.environment(),
                progress,
                () -> UserConfiguration.of(settings).tokenServices()),
            settings.certificates(),
            settings.environment(),
            RetryPolicy.usual()));
  }

  /** Returns the store, which is open as long as this is. */
  public ImageStore store() {
    return store;
  }

  /** Returns the images of the store and of the registries. */
  public Puller images(Puller.When when) {
    return new Puller(store, client, when, progress);
  }

  /** Returns the client for registries, which is open as long as this is. */
  public RegistryClient registries() {
    return client;
  }

  /** Returns a pusher of the store's images to registries. */
  public Pusher pusher() {
    return new Pusher(store, client, progress);
  }

  /** Returns what copies signatures between the store and registries. */
  public SignatureCopies signatures() {
    return new SignatureCopies(store, client, progress);
  }

  @Override
  public void close() {
    client.close();
    use.close();
  }
}
