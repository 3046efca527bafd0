package linuxkit.system.assembly;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import linuxkit.base.Futures;
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

  /** Starts to read every image. {@link #close} ends what is still being read, and waits for it. */
  SystemImages(FoundImages found) {
    this.found = found;
    found.load();
    found.images().forEach((reference, image) -> trees.put(reference, readers.submit(image::tree)));
  }

  /** Returns the processors that the images are for. */
  String architecture() {
    return found.platform().architecture();
  }

  Image image(Reference reference) {
    return found.image(reference);
  }

  /** Returns the content of a volume of format {@code oci}. */
  ImageBlobs blobs(Volume volume) {
    return found.blobs(volume);
  }

  /**
   * Returns a tree that the caller may change. Its package databases are remembered before that.
   */
  FileTree tree(Reference reference) {
    Future<FileTree> ahead = trees.remove(reference);
    FileTree tree = ahead == null ? image(reference).tree() : Futures.join(ahead);
    databases.computeIfAbsent(reference, _ -> PackageDatabases.of(tree));
    return tree;
  }

  /**
   * Returns an image, whose tree was returned before, as a part of the system, for the bill of
   * materials.
   *
   * @param folder the folder of its files, empty for the root
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
    // The readers write to the store, which may be released after this.
    readers.close();
  }
}
