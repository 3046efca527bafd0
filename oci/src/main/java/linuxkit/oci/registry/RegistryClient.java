package linuxkit.oci.registry;

import java.io.OutputStream;
import java.net.http.HttpClient;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;
import org.jspecify.annotations.Nullable;

/**
 * Reads from registries (OCI distribution specification), or from the mirrors in their places.
 * Usable from several threads; it opens nothing before the first request. Close it when the last
 * image is there: an open one holds up the end of the program.
 */
public final class RegistryClient implements AutoCloseable {
  private static final String DEFAULT_TAG = "latest";

  private final RegistrySettings settings;
  private @Nullable Transport transport;
  private @Nullable Caller caller;

  public RegistryClient(RegistrySettings settings) {
    this.settings = settings;
  }

  /**
   * The index or manifest that a reference stands for. With a digest it has that digest, whatever
   * the tag; without either it is {@code latest}.
   *
   * @throws RegistryFailure when it cannot be had, is larger than 4 MiB, or not what it should be
   */
  public Fetched manifest(Reference reference) {
    return manifest(reference, reference.digest());
  }

  /** The manifest in the same repository that has a digest; its size is checked too. */
  public Fetched manifest(Reference reference, Descriptor descriptor) {
    Fetched fetched = manifest(reference, Optional.of(descriptor.digest()));
    if (fetched.bytes().length != descriptor.size()) {
      throw new RegistryFailure.WrongContent(
          "manifest "
              + descriptor.digest()
              + " has "
              + fetched.bytes().length
              + " bytes instead of "
              + descriptor.size(),
          reference.toString(),
          "the index is wrong; ask whoever made the image");
    }
    return new Fetched(descriptor, fetched.bytes());
  }

  /**
   * Copies a blob to {@code sink}, each byte once, in order, and never more than the descriptor's
   * size; that they have its digest is for the sink to check.
   *
   * @param sink the store's writer: what it throws ends the transfer
   */
  public void blob(Reference reference, Descriptor blob, OutputStream sink, Progress.Task task) {
    Upstream upstream = settings.mirrors().resolve(reference);
    caller().call(upstream, new BlobCall(upstream, blob, sink, task));
  }

  /**
   * Whether the registry has it, without fetching it.
   *
   * @throws RegistryFailure when the registry does not say
   */
  public boolean exists(Reference reference) {
    Upstream upstream = settings.mirrors().resolve(reference);
    return caller().call(upstream, new ExistsCall(upstream, name(reference, reference.digest())));
  }

  private Fetched manifest(Reference reference, Optional<Digest> digest) {
    Upstream upstream = settings.mirrors().resolve(reference);
    return caller().call(upstream, new ManifestCall(upstream, name(reference, digest), digest));
  }

  private static String name(Reference reference, Optional<Digest> digest) {
    return digest
        .map(Digest::toString)
        .orElse(reference.tag().isEmpty() ? DEFAULT_TAG : reference.tag());
  }

  private synchronized Caller caller() {
    if (caller == null) {
      transport = new Transport(client(), settings.patience());
      caller =
          new Caller(
              transport,
              new Authorizer(new TokenService(transport), settings.logins()),
              settings.patience());
    }
    return caller;
  }

  private HttpClient client() {
    Proxies proxies = new Proxies(settings.environment());
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(settings.patience().connect())
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(proxies)
            .sslContext(Trust.context(settings.environment(), settings.certificates()));
    proxies.authenticator().ifPresent(builder::authenticator);
    return builder.build();
  }

  @Override
  public synchronized void close() {
    if (transport != null) {
      transport.close();
      transport = null;
      caller = null;
    }
  }
}
