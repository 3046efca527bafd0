package linuxkit.system.assembly;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.Reference;
import linuxkit.system.manifest.Volume;
import linuxkit.system.sbom.ImagePart;
import linuxkit.system.sbom.PackageDatabases;

/** The images of a manifest, whose files are read ahead of their use. */
final class SystemImages implements AutoCloseable {
  // Unpacking keeps processors busy; more threads than those would only take memory.
  private final ExecutorService readers =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          Thread.ofPlatform().name("image").daemon().factory());
  private final FoundImages found;
  private final Map<Reference, Future<FileTree>> trees = new LinkedHashMap<>();
  private final Map<Reference, PackageDatabases> databases = new HashMap<>();

  /** Starts to read every image; {@link #close} ends what is still going on, and waits for it. */
  SystemImages(FoundImages found) {
    this.found = found;
    found.images().forEach((reference, image) -> trees.put(reference, readers.submit(image::tree)));
  }

  Image image(Reference reference) {
    return found.image(reference);
  }

  /** What a volume of format {@code oci} holds. */
  ImageBlobs blobs(Volume volume) {
    return found.blobs(volume);
  }

  /** A tree of the caller's own; its package databases are remembered as they are now. */
  FileTree tree(Reference reference) {
    Future<FileTree> ahead = trees.remove(reference);
    FileTree tree = ahead == null ? image(reference).tree() : FoundImages.await(ahead);
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

  @Override
  public void close() {
    readers.shutdownNow();
    // They write to the store, whose use may end after this.
    readers.close();
  }
}
