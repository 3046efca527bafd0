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
    List<Referrer> all = new ArrayList<>();
    Optional<URI> next = Optional.of(endpoint.referrers(subject.toString()));
    for (int pages = 0; next.isPresent(); pages++) {
      if (pages == MAX_PAGES) {
        throw new RegistryFailure.WrongContent(
            "the list of referrers of " + subject + " has more than " + MAX_PAGES + " pages",
            endpoint.reference().toString(),
            "");
      }
      ReferrersCall.Page page = caller.call(endpoint, new ReferrersCall(endpoint, next.get()));
      if (!page.supported()) {
        return tagged(endpoint, subject)
            .map(index -> Referrer.parseAll(index, endpoint.reference() + ", " + tag(subject)))
            .orElse(List.of());
      }
      all.addAll(page.referrers());
      next = page.next();
    }
    return List.copyOf(all);
  }

  private Optional<byte[]> tagged(Endpoint endpoint, Digest subject) {
    if (!caller.call(endpoint, HeadCall.manifest(endpoint, tag(subject)))) {
      return Optional.empty();
    }
    FetchedDocument index =
        caller.call(endpoint, new ManifestCall(endpoint, tag(subject), Optional.empty()));
    return Optional.of(index.bytes());
  }

  private static String tag(Digest subject) {
    return subject.algorithm() + "-" + subject.hex();
  }

  /** Adds a manifest to the index under the tag, unless the index lists it already. */
  void add(Endpoint endpoint, Subject subject, Descriptor manifest) {
    String tag = tag(subject.digest());
    List<Json> entries = new ArrayList<>();
    Optional<byte[]> old = tagged(endpoint, subject.digest());
    if (old.isPresent()) {
      String where = endpoint.reference() + ", " + tag;
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
    byte[] index = JsonFormat.COMPACT.bytes(ImageIndex.json(entries));
    Descriptor descriptor = Descriptor.of(MediaTypes.OCI_INDEX, Digest.sha256(index), index.length);
    caller.call(endpoint, new ManifestPut(endpoint, tag, new FetchedDocument(descriptor, index)));
  }
}
