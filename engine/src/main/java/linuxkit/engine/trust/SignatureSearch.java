package linuxkit.engine.trust;

import linuxkit.base.Progress;
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
public final class SignatureSearch implements AutoCloseable {
  private final ImageStore store;
  private final RegistryClient client;
  private final SilentRegistries silent;
  private final Progress progress;

  /**
   * Creates a search.
   *
   * @param client does not wait long; closed with this
   */
  public SignatureSearch(ImageStore store, RegistryClient client, Progress progress) {
    this.store = store;
    this.client = client;
    this.silent = new SilentRegistries(progress);
    this.progress = progress;
  }

  /** Returns the signatures beside the images of a repository. */
  public SignatureSource of(Reference image) {
    return new ImageSignatures(store, client, image, silent, progress);
  }

  @Override
  public void close() {
    client.close();
  }
}
