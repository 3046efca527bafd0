package linuxkit.oci.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;

/**
 * The disk space that a store uses, in bytes.
 *
 * @param images in the order of the index
 * @param blobs the size of all blobs, each counted once
 * @param unneeded the size of the blobs that no image refers to
 * @param derived the size of the derived files
 */
public record DiskUsage(List<ImageUsage> images, long blobs, long unneeded, long derived) {
  /**
   * The disk space of one image.
   *
   * @param size the size of all its blobs in the store
   * @param own the size of the blobs that no other named image refers to
   */
  public record ImageUsage(NamedDescriptor image, long size, long own) {}

  public DiskUsage {
    images = List.copyOf(images);
  }

  /** Measures a store. Reads the documents of every image, but no layers. */
  public static DiskUsage of(ImageStore store) {
    List<NamedDescriptor> images = withoutArchitectures(store);
    List<Collection<Descriptor>> parts = new ArrayList<>();
    Map<Digest, Integer> users = new HashMap<>();
    for (NamedDescriptor image : images) {
      List<Descriptor> there = store.reachable(image.root()).stream().filter(store::has).toList();
      there.forEach(blob -> users.merge(blob.digest(), 1, Integer::sum));
      parts.add(there);
    }
    List<ImageUsage> usage = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      long size = 0;
      long own = 0;
      for (Descriptor blob : parts.get(i)) {
        size += blob.size();
        own += users.getOrDefault(blob.digest(), 0) == 1 ? blob.size() : 0;
      }
      usage.add(new ImageUsage(images.get(i), size, own));
    }
    Map<Digest, Descriptor> needed = Reachability.of(store, store.roots());
    long kept = needed.values().stream().filter(store::has).mapToLong(Descriptor::size).sum();
    long blobs = size(store.root().resolve("blobs"));
    return new DiskUsage(usage, blobs, blobs - kept, size(store.root().resolve(store.derived())));
  }

  // What the images of an index share with the index itself is its own.
  private static List<NamedDescriptor> withoutArchitectures(ImageStore store) {
    ArchitectureNames names = new ArchitectureNames(store);
    Set<String> additional = new HashSet<>();
    for (NamedDescriptor image : store.list()) {
      image
          .reference()
          .map(name -> names.of(name, image.root()))
          .orElse(List.of())
          .forEach(name -> additional.add(name.toString()));
    }
    return store.list().stream().filter(image -> !additional.contains(image.name())).toList();
  }

  private static long size(Path directory) {
    long size = 0;
    for (Path file : Housekeeping.files(directory)) {
      try {
        size += Files.size(file);
      } catch (IOException _) {
        // Another process has just deleted it.
      }
    }
    return size;
  }
}
