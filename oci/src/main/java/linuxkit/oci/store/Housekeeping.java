package linuxkit.oci.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;

/**
 * The care of a store. Blobs that nothing names may belong to an image that another process is just
 * fetching: that one has to be fetched again after {@link #clean}.
 */
public record Housekeeping(ImageStore store) {
  /**
   * Reads every blob back.
   *
   * @return what is damaged, and what the manifests that are there miss, in no order of importance
   */
  public List<BlobFailure> verify() {
    List<BlobFailure> found = new ArrayList<>();
    for (Path file : files(store.root().resolve("blobs"))) {
      digest(file).ifPresent(digest -> damage(digest, file).ifPresent(found::add));
    }
    List<Descriptor> manifests =
        Reachability.of(store, store.roots()).values().stream()
            .filter(blob -> MediaTypes.isManifest(blob.mediaType()) && store.has(blob))
            .toList();
    Reachability.of(store, manifests).values().stream()
        .filter(blob -> !Files.exists(store.file(blob.digest())))
        .forEach(blob -> found.add(BlobFailure.missing(blob, store.place())));
    return found;
  }

  private Optional<BlobFailure> damage(Digest digest, Path file) {
    try {
      Descriptor blob = Descriptor.of("", digest, Files.size(file));
      try (InputStream in = store.open(blob)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return Optional.empty();
    } catch (BlobFailure failure) {
      return Optional.of(failure);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  /**
   * Takes an image's name away, and those of its blobs that no other image has.
   *
   * @return whether there was such a name
   */
  public boolean remove(Reference reference) {
    List<Descriptor> removed = store.unname(reference);
    Map<Digest, Descriptor> kept = Reachability.of(store, store.roots());
    Map<String, Digest> orphans =
        Reachability.of(store, removed).keySet().stream()
            .filter(digest -> !kept.containsKey(digest))
            .collect(Collectors.toMap(Digest::hex, digest -> digest));
    delete(file -> orphans.containsKey(file.getFileName().toString()));
    return !removed.isEmpty();
  }

  /**
   * Deletes whatever no image needs: blobs without a name, what was derived from them, and all
   * other derived files, which the next build makes anew.
   *
   * @return how much that was, in bytes
   */
  public long clean() {
    Map<String, Digest> needed =
        Reachability.of(store, store.roots()).keySet().stream()
            .collect(Collectors.toMap(Digest::hex, digest -> digest));
    return delete(file -> !needed.containsKey(file.getFileName().toString()));
  }

  private long delete(Predicate<Path> unwanted) {
    long freed = 0;
    for (Path directory : List.of(store.root().resolve("blobs"), store.root().resolve("derived"))) {
      for (Path file : files(directory)) {
        if (unwanted.test(file)) {
          try {
            freed += Files.size(file);
            Files.deleteIfExists(file);
          } catch (NoSuchFileException _) {
            // Another process was quicker.
          } catch (IOException e) {
            throw FileFailure.of("cannot delete", file, e);
          }
        }
      }
    }
    return freed;
  }

  /** The files two levels below a directory, sorted. */
  private static List<Path> files(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(directory, 2)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw FileFailure.of("cannot read", directory, e);
    }
  }

  private static Optional<Digest> digest(Path file) {
    Path algorithm = file.getName(file.getNameCount() - 2);
    return Digest.parse(algorithm + ":" + file.getFileName());
  }
}
