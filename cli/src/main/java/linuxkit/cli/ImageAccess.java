package linuxkit.cli;

import linuxkit.base.Progress;
import linuxkit.oci.registry.Logins;
import linuxkit.oci.registry.Mirrors;
import linuxkit.oci.registry.Patience;
import linuxkit.oci.registry.Puller;
import linuxkit.oci.registry.RegistryClient;
import linuxkit.oci.registry.RegistrySettings;
import linuxkit.oci.store.ImageStore;

/**
 * The image store and the registries, as the global flags say; nothing is connected before it is
 * needed.
 */
final class ImageAccess implements AutoCloseable {
  private final ImageStore store;
  private final RegistryClient client;
  private final Progress progress;

  ImageAccess(GlobalFlags global, Progress progress) {
    this.progress = progress;
    this.store = ImageStore.open(global.cache(), progress);
    this.client =
        new RegistryClient(
            new RegistrySettings(
                Mirrors.parse(
                    global.environment().getOrDefault("LINUXKIT_MIRROR", ""), global.mirrors()),
                Logins.of(global.environment(), progress),
                global.certificates(),
                global.environment(),
                Patience.usual()));
  }

  ImageStore store() {
    return store;
  }

  /** The images of the store and of the registries. */
  Puller images(Puller.When when) {
    return new Puller(store, client, when, progress);
  }

  @Override
  public void close() {
    client.close();
  }
}
