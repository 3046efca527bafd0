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
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Authorizer;
import linuxkit.oci.registry.auth.TokenService;
import linuxkit.oci.registry.calls.BlobCall;
import linuxkit.oci.registry.calls.BlobUpload;
import linuxkit.oci.registry.calls.Call;
import linuxkit.oci.registry.calls.Caller;
import linuxkit.oci.registry.calls.FetchedDocument;
import linuxkit.oci.registry.calls.HeadCall;
import linuxkit.oci.registry.calls.ManifestCall;
import linuxkit.oci.registry.calls.ManifestPut;
import linuxkit.oci.registry.calls.RangeCall;
import linuxkit.oci.registry.endpoint.Endpoint;
import linuxkit.oci.registry.endpoint.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Reads from registries (OCI distribution specification), or from the mirrors in their places, and
 * writes to them. Usable from several threads; it opens nothing before the first request. Close it
 * when the last image is there: an open one holds up the end of the program.
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
  public FetchedDocument manifest(Reference reference) {
    return manifest(reference, reference.digest());
  }

  /** The manifest in the same repository that has a digest; its size is checked too. */
  public FetchedDocument manifest(Reference reference, Descriptor descriptor) {
    FetchedDocument fetched = manifest(reference, Optional.of(descriptor.digest()));
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
    return new FetchedDocument(descriptor, fetched.bytes());
  }

  /**
   * Copies a blob to {@code sink}, each byte once, in order, and never more than the descriptor's
   * size; that they have its digest is for the sink to check.
   *
   * @param sink the store's writer: what it throws ends the transfer
   */
  public void blob(Reference reference, Descriptor blob, OutputStream sink, Progress.Task task) {
    Endpoint first = settings.mirrors().sources(reference).getFirst();
    BlobCall call = new BlobCall(first, blob, sink, task);
    read(reference, call::at);
  }

  /**
   * The same in several parts at once, each going on by itself where it breaks off.
   *
   * @param parts how many
   * @param sinks gives what takes the bytes from a place on
   * @return false when the registry gives no parts; nothing was fetched then
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
   * Whether the registry has it, without fetching it.
   *
   * @throws RegistryFailure when the registry does not say
   */
  public boolean exists(Reference reference) {
    for (Endpoint upstream : settings.mirrors().sources(reference)) {
      String name = name(reference, reference.digest());
      if (caller().call(upstream, HeadCall.manifest(upstream, name))) {
        return true;
      }
    }
    return false;
  }

  /** The digest of what the registry has under the name; none when it has nothing. */
  public Optional<Digest> digest(Reference reference) {
    return exists(reference)
        ? Optional.of(manifest(reference).descriptor().digest())
        : Optional.empty();
  }

  private FetchedDocument manifest(Reference reference, Optional<Digest> digest) {
    String name = name(reference, digest);
    return read(reference, upstream -> new ManifestCall(upstream, name, digest));
  }

  private <T> T read(Reference reference, Function<Endpoint, Call<T>> call) {
    List<Endpoint> sources = settings.mirrors().sources(reference);
    for (Endpoint mirror : sources.subList(0, sources.size() - 1)) {
      try {
        return caller().call(mirror, call.apply(mirror));
      } catch (RegistryFailure.NotFound
          | RegistryFailure.Unreachable
          | RegistryFailure.TooManyRequests _) {
        // The registry itself may do better.
      }
    }
    return caller().call(sources.getLast(), call.apply(sources.getLast()));
  }

  /**
   * What refers to the manifest that has a digest, in the order in which the registry says it.
   *
   * @param reference whose registry and repository count
   */
  public List<Referrer> referrers(Reference reference, Digest subject) {
    return new Referrers(caller()).list(settings.mirrors().sources(reference).getFirst(), subject);
  }

  /**
   * Brings a blob to the registry, unless it is there.
   *
   * @param mount an image that the registry may have and that has the blob too
   * @param content of the blob; read as often as it has to be sent
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
        // Who may not read there may still write here.
      }
    }
    upload(new BlobUpload(target, blob, content, Optional.empty(), task));
  }

  private void upload(BlobUpload upload) {
    while (!upload.isDone()) {
      caller().call(upload.upstream(), upload);
    }
  }

  /**
   * Brings an index or manifest to the registry, all whose parts are there: under the reference's
   * tag, or under its digest alone where the reference has a digest.
   */
  public void putManifest(Reference reference, FetchedDocument manifest) {
    Endpoint target = settings.mirrors().target(reference);
    String name = name(reference, reference.digest());
    boolean listed = caller().call(target, new ManifestPut(target, name, manifest));
    Optional<Subject> subject = Subject.of(manifest.bytes(), reference.toString());
    if (subject.isPresent() && !listed) {
      new Referrers(caller()).enter(target, subject.get(), manifest.descriptor());
    }
  }

  /** The index or manifest that has the name already where the image would be pushed to. */
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
          new Transport(settings.environment(), settings.certificates(), settings.patience());
      caller =
          new Caller(
              transport,
              new Authorizer(new TokenService(transport), settings.logins()),
              settings.patience());
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
