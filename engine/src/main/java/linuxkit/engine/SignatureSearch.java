package linuxkit.engine;

import linuxkit.base.Progress;
import linuxkit.http.RetryPolicy;
import linuxkit.oci.Reference;
import linuxkit.oci.SignatureSource;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.signatures.ImageSignatures;
import linuxkit.oci.signatures.SilentRegistries;
import linuxkit.oci.store.ImageStore;

/**
 * Looks for the signatures of images, for a trust policy. The images may be in the store, so that
 * nobody expects to wait long for a registry that does not answer.
 */
final class SignatureSearch implements AutoCloseable {
  private final ImageStore store;
  private final RegistryClient client;
  private final SilentRegistries silent;
  private final Progress progress;

  SignatureSearch(ImageStore store, Settings settings, Progress progress) {
    this.store = store;
    this.client = ImageAccess.client(settings, RetryPolicy.brief(), progress);
    this.silent = new SilentRegistries(progress);
    this.progress = progress;
  }

  SignatureSource of(Reference image) {
    return new ImageSignatures(store, client, image, silent, progress);
  }

  @Override
  public void close() {
    client.close();
  }
}
