package linuxkit.oci.registry.transfer;

import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.http.Transport;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;
import linuxkit.oci.Referrer;
import linuxkit.oci.Subject;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Authorizer;
import linuxkit.oci.registry.auth.TokenService;
import linuxkit.oci.registry.calls.BlobCall;
import linuxkit.oci.registry.calls.BlobUpload;
import linuxkit.oci.registry.calls.Call;
import linuxkit.oci.registry.calls.Caller;
import linuxkit.oci.registry.calls.HeadCall;
import linuxkit.oci.registry.calls.ManifestCall;
import linuxkit.oci.registry.calls.ManifestPut;
import linuxkit.oci.registry.calls.RangeCall;
import linuxkit.oci.registry.endpoint.Endpoint;
import linuxkit.oci.registry.endpoint.Scope;
import org.jspecify.annotations.Nullable;

/**
 * A client that reads from and writes to registries or their mirrors (OCI distribution
 * specification). It is safe for use by several threads, and opens no connection before the first
 * request. Close it after the last transfer: an open client delays the end of the program.
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
   * Fetches the index or manifest that a reference names. If the reference has a digest, its tag is
   * ignored; if it has neither, the tag is {@code latest}.
   *
   * @throws RegistryFailure if it cannot be fetched, is larger than 4 MiB, or does not have the
   *     digest
   */
  public FetchedDocument manifest(Reference reference) {
    return manifest(reference, reference.digest());
  }

  /**
   * Fetches the manifest with the descriptor's digest from the same repository. Checks its size
   * too.
   */
  public FetchedDocument manifest(Reference reference, Descriptor descriptor) {
    FetchedDocument fetched = manifest(reference, Optional.of(descriptor.digest()));
    if (fetched.bytes().length != descriptor.size()) {
      throw new RegistryFailure.WrongContent(
          "manifest "
              + descriptor.digest()
              + " is "
              + fetched.bytes().length
              + " bytes long instead of "
              + descriptor.size(),
          reference.toString(),
          "the index is wrong; report it to the publisher of the image");
    }
    return new FetchedDocument(descriptor, fetched.bytes());
  }

  /**
   * Copies a blob to {@code sink}: each byte once, in order, and never more than the descriptor's
   * size. The sink must check the digest.
   *
   * @param sink the store's writer; a failure that it throws ends the transfer
   */
  public void blob(Reference reference, Descriptor blob, OutputStream sink, Progress.Task task) {
    Endpoint first = settings.mirrors().sources(reference).getFirst();
    BlobCall call = new BlobCall(first, blob, sink, task);
    read(reference, call::at);
  }

  /**
   * Copies a blob in several parts at once. Each part continues separately if it is interrupted.
   *
   * @param parts the number of parts, at least 1
   * @param sinks returns the sink for the bytes from an offset on
   * @return false if the registry does not support ranges; nothing was fetched in that case
   */
  public boolean blobInParts(
      Reference reference,
      Descriptor blob,
      int parts,
      LongFunction<OutputStream> sinks,
      Progress.Task task) {
    Endpoint first = settings.mirrors().sources(reference).getFirst();
    if (!caller().call(first, new RangeCall(first, blob))) {
      return false;
    }
    long length = (blob.size() + parts - 1) / parts;
    List<Long> starts = LongStream.range(0, parts).map(i -> i * length).boxed().toList();
    ConcurrentTransfers.each(
        reference,
        starts,
        start -> {
          long end = Math.min(blob.size(), start + length);
          BlobCall call = new BlobCall(first, blob, start, end, sinks.apply(start), task);
          read(reference, call::at);
        });
    return true;
  }

  /**
   * Returns whether a registry has the image, without fetching it.
   *
   * @throws RegistryFailure if the registry does not answer properly
   */
  public boolean exists(Reference reference) {
    for (Endpoint endpoint : settings.mirrors().sources(reference)) {
      String name = name(reference, reference.digest());
      if (caller().call(endpoint, HeadCall.manifest(endpoint, name))) {
        return true;
      }
    }
    return false;
  }

  /** Returns the digest that a reference has in the registry; empty if the registry lacks it. */
  public Optional<Digest> digest(Reference reference) {
    return exists(reference)
        ? Optional.of(manifest(reference).descriptor().digest())
        : Optional.empty();
  }

  private FetchedDocument manifest(Reference reference, Optional<Digest> digest) {
    String name = name(reference, digest);
    return read(reference, endpoint -> new ManifestCall(endpoint, name, digest));
  }

  private <T> T read(Reference reference, Function<Endpoint, Call<T>> call) {
    List<Endpoint> sources = settings.mirrors().sources(reference);
    for (Endpoint mirror : sources.subList(0, sources.size() - 1)) {
      try {
        return caller().call(mirror, call.apply(mirror));
      } catch (RegistryFailure.NotFound
          | RegistryFailure.Unreachable
          | RegistryFailure.TooManyRequests _) {
        // The next source may have it.
      }
    }
    return caller().call(sources.getLast(), call.apply(sources.getLast()));
  }

  /**
   * Lists the manifests that refer to the manifest with a digest, in the registry's order.
   *
   * @param reference a name in the repository to ask
   */
  public List<Referrer> referrers(Reference reference, Digest subject) {
    return new Referrers(caller()).list(settings.mirrors().sources(reference).getFirst(), subject);
  }

  /** Lists referrers like {@link #referrers}, but no more than a bounded number of pages has. */
  public List<Referrer> firstReferrers(Reference reference, Digest subject) {
    return new Referrers(caller()).first(settings.mirrors().sources(reference).getFirst(), subject);
  }

  /** Returns the host that is asked first for a reference, with a port if one is given. */
  public String host(Reference reference) {
    return settings.mirrors().sources(reference).getFirst().authority();
  }

  /**
   * Uploads a blob unless the registry has it.
   *
   * @param mount an image of the same registry that contains the blob
   * @param content the blob's content; opened once per attempt
   */
  public void upload(
      Reference reference,
      Descriptor blob,
      Content content,
      Optional<Reference> mount,
      Progress.Task task) {
    Endpoint target = settings.mirrors().target(reference);
    if (caller().call(target, HeadCall.blob(target, blob.digest().toString()))) {
      task.advance(blob.size());
      return;
    }
    Optional<String> from = mount.map(image -> settings.mirrors().target(image).repository());
    if (from.isPresent()) {
      try {
        upload(new BlobUpload(target.with(Scope.mounting(from.get())), blob, content, from, task));
        return;
      } catch (RegistryFailure.Denied | RegistryFailure.NotFound _) {
        // A user without access to the other repository may still push to this one.
      }
    }
    upload(new BlobUpload(target, blob, content, Optional.empty(), task));
  }

  private void upload(BlobUpload upload) {
    while (!upload.isDone()) {
      caller().call(upload.endpoint(), upload);
    }
  }

  /**
   * Pushes an index or manifest whose parts the registry has: under the reference's tag, or only
   * under its digest if the reference has one.
   *
   * @return whether it has a subject and the index under the subject's referrers tag was written
   */
  public boolean putManifest(Reference reference, FetchedDocument manifest) {
    Endpoint target = settings.mirrors().target(reference);
    String name = name(reference, reference.digest());
    boolean listed = caller().call(target, new ManifestPut(target, name, manifest));
    Optional<Subject> subject = Subject.of(manifest.bytes(), reference.toString());
    return subject.isPresent()
        && !listed
        && new Referrers(caller()).add(target, subject.get(), manifest.descriptor());
  }

  /**
   * Fetches the index or manifest that already has the name at the push target; empty if there is
   * none.
   */
  public Optional<FetchedDocument> findTarget(Reference reference) {
    Endpoint target = settings.mirrors().target(reference);
    String name = name(reference, reference.digest());
    return caller().call(target, HeadCall.manifest(target, name))
        ? Optional.of(caller().call(target, new ManifestCall(target, name, reference.digest())))
        : Optional.empty();
  }

  private static String name(Reference reference, Optional<Digest> digest) {
    return digest
        .map(Digest::toString)
        .orElse(reference.tag().isEmpty() ? DEFAULT_TAG : reference.tag());
  }

  private synchronized Caller caller() {
    if (caller == null) {
      transport =
          new Transport(settings.environment(), settings.certificates(), settings.retries());
      caller =
          new Caller(
              transport,
              new Authorizer(new TokenService(transport), settings.logins()),
              settings.retries());
    }
    return caller;
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
