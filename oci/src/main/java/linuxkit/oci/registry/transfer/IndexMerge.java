package linuxkit.oci.registry.transfer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;

/**
 * Merges an index with the one in a registry. The result has each platform once, ours before
 * theirs, and keeps an attestation only if it keeps the attested image.
 */
final class IndexMerge {
  private static final String SUBJECT = "vnd.docker.reference.digest";

  /**
   * @param parsed the members that this program knows
   * @param raw the complete entry
   */
  private record Entry(Descriptor parsed, Json raw) {
    boolean isAttestation() {
      return parsed.annotations().containsKey(SUBJECT);
    }

    boolean isAbout(Set<Digest> images) {
      return Digest.parse(parsed.annotations().getOrDefault(SUBJECT, ""))
          .filter(images::contains)
          .isPresent();
    }
  }

  private IndexMerge() {}

  /**
   * Merges two indexes. Returns one of them unchanged if it has everything. If {@code theirs} is
   * not an index, it is replaced.
   */
  static FetchedDocument of(FetchedDocument ours, FetchedDocument theirs, Reference target) {
    if (!MediaTypes.isIndex(theirs.descriptor().mediaType())
        || theirs.descriptor().digest().equals(ours.descriptor().digest())) {
      return ours;
    }
    List<Entry> ourEntries = entries(ours, target);
    List<Entry> theirEntries = entries(theirs, target);
    Set<Digest> theirDigests = digests(theirEntries.stream());
    if (ourEntries.stream().allMatch(entry -> theirDigests.contains(entry.parsed().digest()))) {
      return theirs;
    }
    Set<Platform> covered =
        ourEntries.stream()
            .filter(entry -> !entry.isAttestation())
            .flatMap(entry -> entry.parsed().platform().stream())
            .collect(Collectors.toSet());
    List<Entry> added =
        theirEntries.stream()
            .filter(entry -> !entry.isAttestation())
            .filter(
                entry -> entry.parsed().platform().filter(p -> !covered.contains(p)).isPresent())
            .toList();
    List<Entry> images = new ArrayList<>(ourEntries);
    images.removeIf(Entry::isAttestation);
    images.addAll(added);
    Set<Digest> imageDigests = digests(images.stream());
    Set<Digest> listed = new HashSet<>(imageDigests);
    Stream.concat(ourEntries.stream(), theirEntries.stream())
        .filter(entry -> entry.isAttestation() && entry.isAbout(imageDigests))
        .filter(entry -> listed.add(entry.parsed().digest()))
        .forEach(images::add);
    return write(ours, images, target);
  }

  private static Set<Digest> digests(Stream<Entry> entries) {
    return entries.map(entry -> entry.parsed().digest()).collect(Collectors.toSet());
  }

  private static List<Entry> entries(FetchedDocument index, Reference target) {
    String where = target + ", " + index.descriptor().digest();
    List<Descriptor> parsed =
        ImageIndex.parse(index.bytes(), index.descriptor().mediaType(), where).manifests();
    List<Json> raw = elements(index, where);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < parsed.size(); i++) {
      entries.add(new Entry(parsed.get(i), raw.get(i)));
    }
    return entries;
  }

  private static List<Json> elements(FetchedDocument index, String where) {
    return Json.parse(index.bytes(), where) instanceof JsonObject object
            && object.get("manifests").orElse(null) instanceof JsonArray array
        ? array.elements()
        : List.of();
  }

  private static FetchedDocument write(
      FetchedDocument ours, List<Entry> entries, Reference target) {
    String where = target + ", " + ours.descriptor().digest();
    JsonObject.Builder index = JsonObject.builder();
    ((JsonObject) Json.parse(ours.bytes(), where)).members().forEach(index::put);
    index.put("manifests", new JsonArray(entries.stream().map(Entry::raw).toList()));
    byte[] bytes = JsonFormat.COMPACT.bytes(index.build());
    Descriptor descriptor =
        Descriptor.of(ours.descriptor().mediaType(), Digest.sha256(bytes), bytes.length);
    return new FetchedDocument(descriptor, bytes);
  }
}
