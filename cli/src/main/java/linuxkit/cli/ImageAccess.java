package linuxkit.cli;

import linuxkit.base.Progress;
import linuxkit.http.RetryPolicy;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.registry.transfer.Pusher;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.registry.transfer.RegistrySettings;
import linuxkit.oci.store.ImageStore;

/**
 * The image store and the registries, as the global flags say; nothing is connected before it is
 * needed, and nothing is deleted from the store meanwhile.
 */
final class ImageAccess implements AutoCloseable {
  private final ImageStore store;
  private final RegistryClient client;
  private final Progress progress;
  private final ImageStore.Use use;

  ImageAccess(GlobalFlags global, Progress progress) {
    this.progress = progress;
    this.store = ImageStore.open(global.cache(), progress);
    this.client = client(global, progress);
    this.use = store.use();
  }

  /** The caller closes it. */
  static RegistryClient client(GlobalFlags global, Progress progress) {
    return new RegistryClient(
        new RegistrySettings(
            global.mirrors(),
            Logins.of(global.environment(), progress),
            global.certificates(),
            global.environment(),
            RetryPolicy.usual()));
  }

  ImageStore store() {
    return store;
  }

  /** The images of the store and of the registries. */
  Puller images(Puller.When when) {
    return new Puller(store, client, when, progress);
  }

  Pusher pusher() {
    return new Pusher(store, client, progress);
  }

  @Override
  public void close() {
    client.close();
    use.close();
  }
}
