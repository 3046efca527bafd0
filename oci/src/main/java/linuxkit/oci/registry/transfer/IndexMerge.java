package linuxkit.oci.registry.transfer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
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
import linuxkit.oci.IndexEntries;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;

/**
 * Merges an index with the one in a registry. The result has each platform once, ours before
 * theirs, and keeps an attestation only if it keeps the attested image.
 */
final class IndexMerge {
  /**
   * @param parsed the members that this program knows
   * @param raw the complete entry
   */
  private record Entry(Descriptor parsed, Json raw) {
    boolean isAttestation() {
      return IndexEntries.isAttestation(parsed);
    }

    boolean isAbout(Set<Digest> images) {
      return IndexEntries.isAbout(parsed, images);
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

  /** Returns an index of images, such as a build writes. */
  static FetchedDocument index(List<Descriptor> entries) {
    byte[] bytes = ImageIndex.bytes(entries);
    return new FetchedDocument(
        Descriptor.of(MediaTypes.OCI_INDEX, Digest.sha256(bytes), bytes.length), bytes);
  }

  /** Returns the images that an index lists. */
  static List<Descriptor> images(FetchedDocument index, Reference target) {
    return entries(index, target).stream()
        .filter(entry -> !entry.isAttestation())
        .map(Entry::parsed)
        .toList();
  }

  /**
   * Returns an index without the images for whose platforms another one has different images; empty
   * if there are no others.
   */
  static Optional<FetchedDocument> without(
      FetchedDocument index, FetchedDocument other, Reference target) {
    List<Descriptor> there = images(other, target);
    Set<Digest> digests = there.stream().map(Descriptor::digest).collect(Collectors.toSet());
    Set<Platform> platforms =
        there.stream().flatMap(image -> image.platform().stream()).collect(Collectors.toSet());
    List<Entry> all = entries(index, target);
    List<Entry> kept = new ArrayList<>(all);
    kept.removeIf(
        entry ->
            !entry.isAttestation()
                && !digests.contains(entry.parsed().digest())
                && entry.parsed().platform().filter(platforms::contains).isPresent());
    Set<Digest> images = digests(kept.stream().filter(entry -> !entry.isAttestation()));
    kept.removeIf(entry -> entry.isAttestation() && !entry.isAbout(images));
    if (kept.size() == all.size()) {
      return Optional.of(index);
    }
    return kept.isEmpty() ? Optional.empty() : Optional.of(write(index, kept, target));
  }

  /**
   * Returns an index with its images in the order of their architectures, and then attestations in
   * the order of the images, so that machines that push in any order end with the same index.
   */
  static FetchedDocument sorted(FetchedDocument index, List<String> order, Reference target) {
    List<Entry> all = entries(index, target);
    List<Entry> sorted = new ArrayList<>(all);
    sorted.removeIf(Entry::isAttestation);
    sorted.sort(Comparator.comparingInt(entry -> rank(entry, order)));
    for (Entry image : List.copyOf(sorted)) {
      all.stream()
          .filter(Entry::isAttestation)
          .filter(entry -> entry.isAbout(Set.of(image.parsed().digest())))
          .forEach(sorted::add);
    }
    return sorted.equals(all) ? index : write(index, sorted, target);
  }

  private static int rank(Entry entry, List<String> order) {
    int rank = order.indexOf(entry.parsed().platform().map(Platform::architecture).orElse(""));
    return rank < 0 ? order.size() : rank;
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
