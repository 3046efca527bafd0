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
 * The care of a store. Nothing is deleted while another process, or another part of this one, says
 * that it uses the store ({@link ImageStore#use}).
 */
public record Housekeeping(ImageStore store) {
  /** What became of an image that was to be removed. */
  public enum Removal {
    /** There is no such name. */
    NONE,
    /** The name is gone, and all that nothing else needs. */
    ALL,
    /** The name is gone; the rest is left to {@link #clean}, because the store is in use. */
    NAME
  }

  /**
   * Reads every blob back.
   *
   * @return what is damaged, and what the manifests that are there miss, in no order of importance
   */
  public List<BlobFailure> verify() {
    try (ImageStore.Use _ = store.use()) {
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
      // Another tool took it away just now.
      return Optional.empty();
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  /** Takes an image's name away, and those of its blobs that no other image has. */
  public Removal remove(Reference reference) {
    List<Descriptor> removed = store.unname(reference);
    if (removed.isEmpty()) {
      return Removal.NONE;
    }
    return store.users().aloneAtOnce(() -> deleteOrphans(removed)).isPresent()
        ? Removal.ALL
        : Removal.NAME;
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
   * Deletes whatever no image needs: blobs without a name, what was derived from them, all other
   * derived files, which the next build makes anew, and what processes left that were killed. It
   * waits until nobody uses the store; who wants to use it meanwhile waits in turn.
   *
   * @param waiting called when that takes a while
   * @param more deletes what others keep beside the store, and tells how many bytes that was
   * @return how much that was, in bytes
   */
  public long clean(Runnable waiting, LongSupplier more) {
    return store.users().alone(waiting, () -> deleteUnneeded() + more.getAsLong());
  }

  private long deleteUnneeded() {
    Set<String> needed =
        Reachability.of(store, store.roots()).keySet().stream()
            .map(Digest::hex)
            .collect(Collectors.toSet());
    return delete("blobs", name -> !needed.contains(name))
        + delete(store.derived(), _ -> true)
        + store.deleteUnfinished();
  }

  private long delete(String folder, Predicate<String> unwanted) {
    return delete(store.root(), folder, 2, unwanted);
  }

  static long delete(Path root, String folder, int depth, Predicate<String> unwanted) {
    try {
      return FolderFiles.delete(root, folder, depth, unwanted);
    } catch (IOException e) {
      throw FileFailure.of("cannot delete files in", root.resolve(folder).normalize(), e);
    }
  }

  /** The files two levels below a directory, sorted; others may take some away meanwhile. */
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
