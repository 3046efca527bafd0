package linuxkit.system;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import linuxkit.base.Failure;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.system.sbom.ImagePart;
import linuxkit.system.sbom.PackageDatabases;

/** The images of a manifest: found side by side, their files read ahead of their use. */
final class SystemImages implements AutoCloseable {
  private final ExecutorService finders = Executors.newVirtualThreadPerTaskExecutor();
  // Unpacking keeps processors busy; more threads than those would only take memory.
  private final ExecutorService readers =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          Thread.ofPlatform().name("image-", 0).daemon().factory());
  private final Map<Reference, Future<Image>> images = new LinkedHashMap<>();
  private final Map<Volume, Future<ImageBlobs>> layouts = new LinkedHashMap<>();
  private final Map<Reference, Future<FileTree>> trees = new LinkedHashMap<>();
  private final Map<Reference, PackageDatabases> databases = new HashMap<>();

  /** Starts to look for every image; {@link #close} ends what is still going on. */
  SystemImages(SystemManifest manifest, Images source, Platform platform) {
    for (Reference reference : manifest.references()) {
      images.put(reference, finders.submit(() -> source.find(reference, platform)));
    }
    manifest.volumes().stream()
        .filter(Volume::oci)
        .forEach(
            volume ->
                volume
                    .reference()
                    .ifPresent(
                        reference ->
                            layouts.put(
                                volume,
                                finders.submit(
                                    () -> source.blobs(reference, volume.platforms())))));
    images.forEach(
        (reference, image) -> trees.put(reference, readers.submit(() -> await(image).tree())));
  }

  Image image(Reference reference) {
    Future<Image> image = images.get(reference);
    if (image == null) {
      throw new IllegalStateException("not an image of this manifest: " + reference);
    }
    return await(image);
  }

  /** What a volume of format {@code oci} holds. */
  ImageBlobs blobs(Volume volume) {
    Future<ImageBlobs> blobs = layouts.get(volume);
    if (blobs == null) {
      throw new IllegalStateException("not a layout of this manifest: " + volume);
    }
    return await(blobs);
  }

  /** A tree of the caller's own; its package databases are remembered as they are now. */
  FileTree tree(Reference reference) {
    Future<FileTree> ahead = trees.remove(reference);
    FileTree tree = ahead == null ? image(reference).tree() : await(ahead);
    databases.computeIfAbsent(reference, _ -> PackageDatabases.of(tree));
    return tree;
  }

  /**
   * An image whose tree was given out as a part of the system, for the bill of materials.
   *
   * @param folder where its files lie, empty for the root
   */
  ImagePart part(Reference reference, String location, String folder) {
    return new ImagePart(
        location,
        folder,
        image(reference),
        databases.getOrDefault(reference, PackageDatabases.NONE));
  }

  /** Waits until all images are there, so that what is missing is told before any work is done. */
  void awaitAll() {
    List.copyOf(images.values()).forEach(SystemImages::await);
    List.copyOf(layouts.values()).forEach(SystemImages::await);
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Failure failure -> throw failure;
        case RuntimeException unexpected -> throw unexpected;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SystemFailure("interrupted while waiting for images", "", "", e);
    }
  }

  @Override
  public void close() {
    readers.shutdownNow();
    finders.shutdownNow();
  }
}
