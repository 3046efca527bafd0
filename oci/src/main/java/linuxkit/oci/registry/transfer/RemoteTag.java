package linuxkit.oci.registry.transfer;

import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.store.ImageStore;

/** Gives images of registries further names, in the same registry or in another one. */
public final class RemoteTag {
  private final ImageStore store;
  private final RegistryClient client;
  private final Progress progress;

  /**
   * Creates one.
   *
   * @param store keeps what is copied between repositories, without a name
   * @param client the caller keeps it and closes it
   */
  public RemoteTag(ImageStore store, RegistryClient client, Progress progress) {
    this.store = store;
    this.client = client;
    this.progress = progress;
  }

  /**
   * Gives an image another name, which then stands for nothing else.
   *
   * @param from a name with a tag or a digest
   * @param to a name with a tag
   * @return the image's digest
   * @throws linuxkit.base.Failure if there is no such image, or a registry refuses it
   */
  public Digest tag(Reference from, Reference to) {
    FetchedDocument source = client.manifest(from);
    Digest digest = source.descriptor().digest();
    Optional<FetchedDocument> there = client.findTarget(to);
    if (there.filter(found -> found.descriptor().digest().equals(digest)).isPresent()) {
      progress.info(to + " is already in the registry: " + digest);
      return digest;
    }
    if (!from.locator().equals(to.locator())) {
      // By its digest, because the tag may move.
      Reference exactly =
          new Reference(from.registry(), from.repository(), from.tag(), Optional.of(digest));
      Descriptor root = new Puller(store, client, Puller.When.ALWAYS, progress).fetchAll(exactly);
      new Pusher(store, client, progress).send(PushedImage.of(store, exactly, root), to);
    }
    client.putManifest(to, source);
    progress.info("Tagged " + from + " as " + to + ": " + digest);
    return digest;
  }
}
