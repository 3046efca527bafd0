package linuxkit.packaging;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.IndexEntries;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.StoredIndexes;
import linuxkit.packaging.debian.DebianPackage;

/**
 * The images of components in the store. Names only say where to look for them: the records of what
 * they were built from decide which are used.
 */
final class ComponentIndexes {
  private final ImageStore store;
  private final StoredIndexes indexes;
  private final ImageRecords records;
  private final Progress progress;
  // Names that images got here, by the content of their folders. A flag such as --org changes them.
  private final Map<String, Set<Reference>> given = new ConcurrentHashMap<>();

  ComponentIndexes(ImageStore store, Progress progress) {
    this.store = store;
    this.indexes = new StoredIndexes(store);
    this.records = new ImageRecords(store.work());
    this.progress = progress;
  }

  /** Puts an index of images into the store, without a name. */
  Descriptor add(List<Descriptor> images) {
    return indexes.add(images);
  }

  /**
   * Returns provenance that also identifies the Debian packages: no label, because equal images
   * must stay equal, but part of a record.
   *
   * @param packages empty if they are unknown, or any will do
   */
  static SortedMap<String, String> with(SortedMap<String, String> provenance, String packages) {
    if (packages.isEmpty()) {
      return provenance;
    }
    SortedMap<String, String> exact = new TreeMap<>(provenance);
    exact.put("packages", packages);
    return exact;
  }

  /** Records what an image was built from. */
  void record(
      Descriptor image,
      PackageFolder folder,
      Platform platform,
      SortedMap<String, String> provenance) {
    records.add(image, line(folder, platform, provenance));
  }

  /** Keeps the list of the packages in an image, which {@link #record} must follow. */
  void keep(Descriptor image, List<DebianPackage.Pin> packages) {
    PackageRecords.keep(store.work(), image.digest(), packages);
  }

  // Images that were made before the packages were kept are built again.
  private static String line(
      PackageFolder folder, Platform platform, SortedMap<String, String> provenance) {
    String line = ImageRecords.line(folder.contentHash(), platform, provenance);
    return folder.hasPackages() ? line + " packages" : line;
  }

  /** Returns the index that has a name, if it is undamaged. */
  Optional<Descriptor> named(Reference name) {
    return store.find(name).filter(store::isWhole);
  }

  /**
   * Returns the image in the store that was built from what the folder has now. Names only say
   * where to look: the record decides. What {@code pkg build} made comes first, because {@code
   * --force} updates the packages in it.
   */
  Optional<Descriptor> find(
      PackageFolder folder, Platform platform, SortedMap<String, String> provenance) {
    String line = line(folder, platform, provenance);
    Set<Reference> names = new LinkedHashSet<>(given.getOrDefault(folder.contentHash(), Set.of()));
    names.add(folder.reference());
    names.add(LocalName.of(folder));
    return names.stream()
        .flatMap(name -> candidates(name).stream())
        .filter(manifest -> manifest.platform().equals(Optional.of(platform)))
        .filter(
            manifest ->
                records.has(manifest, line) && indexes.isComplete(manifest, folder.reference()))
        .findFirst();
  }

  // An image or index of somebody else's may have the name, even one that cannot be read.
  private List<Descriptor> candidates(Reference name) {
    try {
      return entries(named(name), name);
    } catch (Failure _) {
      return List.of();
    }
  }

  /**
   * Puts images into the index that has a name. It keeps images for other platforms that were built
   * from the same folder.
   *
   * @param more further entries, of which the attestations of images in the index are used
   */
  Descriptor name(
      Reference name, PackageFolder folder, List<Descriptor> images, List<Descriptor> more) {
    List<Descriptor> known = new ArrayList<>(more);
    known.addAll(candidates(folder.reference()));
    known.addAll(candidates(LocalName.of(folder)));
    given.computeIfAbsent(folder.contentHash(), _ -> ConcurrentHashMap.newKeySet()).add(name);
    // Another process may have built other platforms meanwhile.
    return store.rename(
        name,
        now -> {
          List<Descriptor> entries = entries(now.filter(store::isWhole), name);
          List<Descriptor> all = new ArrayList<>(IndexEntries.images(entries));
          all.removeIf(m -> images.stream().anyMatch(i -> i.platform().equals(m.platform())));
          for (Descriptor other : List.copyOf(all)) {
            if (!records.isOfContent(other, folder.contentHash())) {
              progress.info(
                  "The image of "
                      + name
                      + " for "
                      + text(other.platform())
                      + " is not kept: it was not built from this folder.");
              all.remove(other);
            }
          }
          all.addAll(images);
          known.addAll(entries);
          return add(IndexEntries.withAttestations(inOrder(all, folder.platforms()), known));
        });
  }

  private static String text(Optional<Platform> platform) {
    return platform.map(Platform::toString).orElse("an unknown platform");
  }

  /** Returns the entries of an index that has a name; none if there is no index. */
  List<Descriptor> entries(Optional<Descriptor> named, Reference name) {
    if (named.isEmpty()) {
      return List.of();
    }
    Descriptor index = named.get();
    if (!MediaTypes.isIndex(index.mediaType())) {
      throw PackageFailure.notAnIndex(name.toString());
    }
    return indexes.entries(index, name);
  }

  private static List<Descriptor> inOrder(List<Descriptor> manifests, List<Platform> order) {
    List<Descriptor> sorted = new ArrayList<>();
    for (Platform platform : order) {
      manifests.stream()
          .filter(m -> m.platform().equals(Optional.of(platform)))
          .forEach(sorted::add);
    }
    manifests.stream().filter(m -> !sorted.contains(m)).forEach(sorted::add);
    return sorted;
  }
}
