package linuxkit.oci.registry.transfer;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Referrer;
import linuxkit.oci.Subject;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.calls.Caller;
import linuxkit.oci.registry.calls.HeadCall;
import linuxkit.oci.registry.calls.ManifestCall;
import linuxkit.oci.registry.calls.ManifestPut;
import linuxkit.oci.registry.calls.ReferrersCall;
import linuxkit.oci.registry.endpoint.Endpoint;

/**
 * The manifests that refer to a manifest in a registry. A registry without the referrers API keeps
 * them in an index under a tag (OCI distribution specification, "Referrers Tag Schema").
 */
final class Referrers {
  /** A limit that stops endless lists. */
  private static final int MAX_PAGES = 64;

  private final Caller caller;

  Referrers(Caller caller) {
    this.caller = caller;
  }

  List<Referrer> list(Endpoint endpoint, Digest subject) {
    return list(endpoint, subject, false);
  }

  /** Lists the referrers of the first pages. */
  List<Referrer> first(Endpoint endpoint, Digest subject) {
    return list(endpoint, subject, true);
  }

  private List<Referrer> list(Endpoint endpoint, Digest subject, boolean partly) {
    List<Referrer> all = new ArrayList<>();
    Optional<URI> next = Optional.of(endpoint.referrers(subject.toString()));
    for (int pages = 0; next.isPresent(); pages++) {
      if (pages == MAX_PAGES && partly) {
        break;
      }
      if (pages == MAX_PAGES) {
        throw new RegistryFailure.WrongContent(
            "the list of referrers of " + subject + " has more than " + MAX_PAGES + " pages",
            endpoint.reference().toString(),
            "");
      }
      ReferrersCall.Page page = caller.call(endpoint, new ReferrersCall(endpoint, next.get()));
      if (!page.supported()) {
        return tagged(endpoint, subject)
            .map(
                index ->
                    Referrer.parseAll(index.bytes(), endpoint.reference() + ", " + tag(subject)))
            .orElse(List.of());
      }
      all.addAll(page.referrers());
      next = page.next();
    }
    return List.copyOf(all);
  }

  private Optional<FetchedDocument> tagged(Endpoint endpoint, Digest subject) {
    if (!caller.call(endpoint, HeadCall.manifest(endpoint, tag(subject)))) {
      return Optional.empty();
    }
    return Optional.of(
        caller.call(endpoint, new ManifestCall(endpoint, tag(subject), Optional.empty())));
  }

  private static String tag(Digest subject) {
    return subject.algorithm() + "-" + subject.hex();
  }

  /**
   * Adds a manifest to the index under the tag, unless the index lists it already. If somebody else
   * replaces the index at the same time, it is added again.
   *
   * @return whether the index was written
   */
  boolean add(Endpoint endpoint, Subject subject, Descriptor manifest) {
    String tag = tag(subject.digest());
    String where = endpoint.reference() + ", " + tag;
    return TagUpdate.apply(
        where,
        () -> tagged(endpoint, subject.digest()),
        now -> with(now, subject, manifest, where),
        index -> caller.call(endpoint, new ManifestPut(endpoint, tag, index)));
  }

  private static Optional<FetchedDocument> with(
      Optional<FetchedDocument> now, Subject subject, Descriptor manifest, String where) {
    List<Json> entries = new ArrayList<>();
    if (now.isPresent()) {
      byte[] old = now.get().bytes();
      if (Referrer.parseAll(old, where).stream()
          .anyMatch(r -> r.manifest().digest().equals(manifest.digest()))) {
        return Optional.empty();
      }
      entries.addAll(
          ((JsonArray) ((JsonObject) Json.parse(old, where)).get("manifests").orElseThrow())
              .elements());
    }
    JsonObject.Builder entry = JsonObject.builder();
    Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size())
        .toJson()
        .members()
        .forEach(entry::put);
    if (!subject.artifactType().isEmpty()) {
      entry.put("artifactType", subject.artifactType());
    }
    entries.add(entry.build());
    byte[] index = JsonFormat.COMPACT.bytes(ImageIndex.json(entries));
    return Optional.of(
        new FetchedDocument(
            Descriptor.of(MediaTypes.OCI_INDEX, Digest.sha256(index), index.length), index));
  }
}
