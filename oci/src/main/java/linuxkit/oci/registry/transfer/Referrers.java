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
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Referrer;
import linuxkit.oci.Subject;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.calls.Caller;
import linuxkit.oci.registry.calls.FetchedDocument;
import linuxkit.oci.registry.calls.HeadCall;
import linuxkit.oci.registry.calls.ManifestCall;
import linuxkit.oci.registry.calls.ManifestPut;
import linuxkit.oci.registry.calls.ReferrersCall;
import linuxkit.oci.registry.endpoint.Endpoint;

/**
 * What refers to a manifest of a registry: asked of the registry, or, where it knows nothing of
 * that, kept in an index under a tag (OCI distribution specification, "Referrers Tag Schema").
 */
final class Referrers {
  /** Ends lists made to keep their readers busy. */
  private static final int MAX_PAGES = 64;

  private final Caller caller;

  Referrers(Caller caller) {
    this.caller = caller;
  }

  List<Referrer> list(Endpoint upstream, Digest subject) {
    List<Referrer> all = new ArrayList<>();
    Optional<URI> next = Optional.of(upstream.referrers(subject.toString()));
    for (int pages = 0; next.isPresent(); pages++) {
      if (pages == MAX_PAGES) {
        throw new RegistryFailure.WrongContent(
            "the list of what refers to " + subject + " has more than " + MAX_PAGES + " pages",
            upstream.reference().toString(),
            "");
      }
      ReferrersCall.Page page = caller.call(upstream, new ReferrersCall(upstream, next.get()));
      if (!page.known()) {
        return tagged(upstream, subject)
            .map(index -> Referrer.parseAll(index, upstream.reference() + ", " + tag(subject)))
            .orElse(List.of());
      }
      all.addAll(page.referrers());
      next = page.next();
    }
    return List.copyOf(all);
  }

  private Optional<byte[]> tagged(Endpoint upstream, Digest subject) {
    if (!caller.call(upstream, HeadCall.manifest(upstream, tag(subject)))) {
      return Optional.empty();
    }
    FetchedDocument index =
        caller.call(upstream, new ManifestCall(upstream, tag(subject), Optional.empty()));
    return Optional.of(index.bytes());
  }

  private static String tag(Digest subject) {
    return subject.algorithm() + "-" + subject.hex();
  }

  /** Enters a manifest into the index under the tag, unless it is there. */
  void enter(Endpoint upstream, Subject subject, Descriptor manifest) {
    String tag = tag(subject.digest());
    List<Json> entries = new ArrayList<>();
    Optional<byte[]> old = tagged(upstream, subject.digest());
    if (old.isPresent()) {
      String where = upstream.reference() + ", " + tag;
      if (Referrer.parseAll(old.get(), where).stream()
          .anyMatch(r -> r.manifest().digest().equals(manifest.digest()))) {
        return;
      }
      entries.addAll(
          ((JsonArray) ((JsonObject) Json.parse(old.get(), where)).get("manifests").orElseThrow())
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
    byte[] index =
        JsonFormat.COMPACT.bytes(
            JsonObject.builder()
                .put("schemaVersion", 2)
                .put("mediaType", MediaTypes.OCI_INDEX)
                .put("manifests", new JsonArray(entries))
                .build());
    Descriptor descriptor = Descriptor.of(MediaTypes.OCI_INDEX, Digest.sha256(index), index.length);
    caller.call(upstream, new ManifestPut(upstream, tag, new FetchedDocument(descriptor, index)));
  }
}
