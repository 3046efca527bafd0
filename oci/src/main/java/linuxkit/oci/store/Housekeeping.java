package linuxkit.oci.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import linuxkit.base.FileFailure;
import linuxkit.base.own.FolderFiles;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;

/**
 * Verifies and cleans a store. Nothing is deleted while another process, or another part of this
 * one, uses the store ({@link ImageStore#use}).
 */
public record Housekeeping(ImageStore store) {
  /**
   * The kind of derived files that are named by the digest of an image's manifest, and are kept as
   * long as the store has the image.
   */
  public static final String RECORDS = "component-1";

  /**
   * The kind of derived files that list the packages of a component's image, and are kept as long.
   */
  public static final String PACKAGES = "packages-1";

  /** The kind of derived files that hold the signatures of a manifest, and are kept as long. */
  public static final String SIGNATURES = "signatures-1";

  private static final Set<String> KEPT = Set.of(RECORDS, PACKAGES, SIGNATURES);

  /** The result of removing an image. */
  public enum Removal {
    /** Nothing was removed: there is no such name. */
    NONE,
    /** The name was removed, and all blobs that nothing else needs. */
    ALL,
    /** Only the name was removed because the store is in use; {@link #clean} deletes the rest. */
    NAME
  }

  /**
   * Reads and verifies every blob.
   *
   * @return the damaged blobs, and the blobs that stored manifests refer to but that are missing
   */
  public List<BlobFailure> verify() {
    try (StoreHold _ = store.use()) {
      List<BlobFailure> found = new ArrayList<>();
      for (Path file : files(store.root().resolve("blobs"))) {
        digest(file).flatMap(digest -> damage(digest, file)).ifPresent(found::add);
      }
      List<Descriptor> manifests =
          Reachability.of(store, store.roots()).values().stream()
              .filter(blob -> MediaTypes.isManifest(blob.mediaType()) && store.has(blob))
              .toList();
      Reachability.of(store, manifests).values().stream()
          .filter(blob -> !Files.exists(store.file(blob.digest())))
          .forEach(blob -> found.add(BlobFailure.missing(blob, store.place())));
      store.roots().stream()
          .filter(root -> !Files.exists(store.file(root.digest())))
          .forEach(root -> found.add(BlobFailure.missing(root, store.place())));
      return found;
    }
  }

  private Optional<BlobFailure> damage(Digest digest, Path file) {
    try {
      store.readThrough(Descriptor.of("", digest, Files.size(file)));
      return Optional.empty();
    } catch (BlobFailure failure) {
      return Optional.of(failure);
    } catch (NoSuchFileException _) {
      // Another tool has just deleted it.
      return Optional.empty();
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  /** Removes an image's name, and the blobs that no other image refers to. */
  public Removal remove(Reference reference) {
    List<Descriptor> removed = unnamed(reference);
    if (removed.isEmpty()) {
      return Removal.NONE;
    }
    return store.users().tryExclusively(() -> deleteOrphans(removed)).isPresent()
        ? Removal.ALL
        : Removal.NAME;
  }

  /** Removes an image's name only. */
  public void unname(Reference reference) {
    unnamed(reference);
  }

  // On a full disk the list of names cannot be written until something is deleted.
  private List<Descriptor> unnamed(Reference reference) {
    try {
      return store.unname(reference);
    } catch (FileFailure e) {
      if (!e.isOfFullDisk() || store.users().tryExclusively(this::deleteUnneeded).isEmpty()) {
        throw e;
      }
      return store.unname(reference);
    }
  }

  private long deleteOrphans(List<Descriptor> removed) {
    Map<Digest, Descriptor> kept = Reachability.of(store, store.roots());
    Set<String> orphans =
        Reachability.of(store, removed).keySet().stream()
            .filter(digest -> !kept.containsKey(digest))
            .map(Digest::hex)
            .collect(Collectors.toSet());
    return delete("blobs", orphans::contains) + delete(store.derived(), orphans::contains);
  }

  /**
   * Deletes everything that no image needs: blobs of unnamed images, all derived files except the
   * records and signatures of named images, and temporary files of killed processes. Waits until
   * nobody uses the store; meanwhile, new users wait too.
   *
   * @param waiting called if it has to wait
   * @param more deletes files that others keep beside the store and returns the number of bytes
   *     freed
   * @return the number of bytes freed
   */
  public long clean(Runnable waiting, LongSupplier more) {
    return store.users().exclusively(waiting, () -> deleteUnneeded() + more.getAsLong());
  }

  private long deleteUnneeded() {
    Set<String> needed =
        Reachability.of(store, store.roots()).keySet().stream()
            .map(Digest::hex)
            .collect(Collectors.toSet());
    return delete("blobs", name -> !needed.contains(name))
        + deleteDerived(needed)
        + store.deleteTemporaryFiles();
  }

  // Records and signatures live as long as their image; anything else can be derived again.
  private long deleteDerived(Set<String> needed) {
    try {
      return FolderFiles.delete(
          store.root(),
          store.derived(),
          2,
          (kind, name) -> !KEPT.contains(kind) || !needed.contains(name));
    } catch (IOException e) {
      throw FileFailure.of("cannot delete files in", store.root().resolve(store.derived()), e);
    }
  }

  private long delete(String folder, Predicate<String> unwanted) {
    return delete(store.root(), folder, 2, unwanted);
  }

  static long delete(Path root, String folder, int depth, Predicate<String> unwanted) {
    try {
      return FolderFiles.delete(root, folder, depth, (_, name) -> unwanted.test(name));
    } catch (IOException e) {
      throw FileFailure.of("cannot delete files in", root.resolve(folder).normalize(), e);
    }
  }

  /**
   * Lists the files up to two levels below a directory, sorted. Others may delete some of them at
   * any time.
   */
  static List<Path> files(Path directory) {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(directory, Set.of(), 2, new FileFinder(files));
    } catch (IOException e) {
      throw FileFailure.of("cannot read", directory, e);
    }
    files.sort(null);
    return files;
  }

  private static final class FileFinder extends SimpleFileVisitor<Path> {
    private final List<Path> files;

    FileFinder(List<Path> files) {
      this.files = files;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile()) {
        files.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      // Another process took it away, or the folder is another user's alone.
      if (e instanceof NoSuchFileException || e instanceof AccessDeniedException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }

  private static Optional<Digest> digest(Path file) {
    Path algorithm = file.getName(file.getNameCount() - 2);
    return Digest.parse(algorithm + ":" + file.getFileName());
  }
}
