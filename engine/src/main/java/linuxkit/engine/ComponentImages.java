package linuxkit.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.DebianSource;
import linuxkit.packaging.FilesSource;
import linuxkit.packaging.GuestPrograms;
import linuxkit.packaging.PackageBuilder;
import linuxkit.packaging.PackageFolder;
import linuxkit.packaging.PackageOptions;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.system.kernel.KernelModules;
import linuxkit.system.manifest.PackageResolver;
import linuxkit.system.modules.ModuleIndex;

/**
 * The images of components that a manifest names by their folders ({@code @pkg:}). They are built
 * if they are not in the store yet.
 */
public final class ComponentImages implements PackageResolver, AutoCloseable {
  private final PackageBuilder builder;
  private final WorkCache work;
  private final Map<Reference, PackageFolder> folders = new ConcurrentHashMap<>();

  ComponentImages(
      ImageStore store, DebianOptions debian, Distribution distribution, Progress progress) {
    this.work = store.work();
    this.builder = builder(store, debian, distribution, progress);
  }

  /**
   * Returns a builder of component images with the distribution's guest; the caller closes it. It
   * prepares a kernel's modules for the first system that is built with it.
   */
  public static PackageBuilder builder(
      ImageStore store, DebianOptions debian, Distribution distribution, Progress progress) {
    return new PackageBuilder(
        store,
        List.of(
            new DebianSource(debian, ModuleIndex::write, progress),
            new FilesSource(new GuestPrograms(distribution.guest()))),
        debian.cache().resolve("tmp"),
        progress,
        kernel -> KernelModules.prepare(kernel, store.work()));
  }

  /** Returns each folder resolved so far, with the name of its image. */
  SortedMap<String, String> resolved() {
    SortedMap<String, String> resolved = new TreeMap<>();
    folders.forEach((image, folder) -> resolved.put(folder.path().toString(), image.toString()));
    return resolved;
  }

  @Override
  public String resolve(Path folder) {
    PackageFolder found = PackageFolder.read(folder, PackageOptions.DEFAULT, work);
    folders.put(found.reference(), found);
    return found.reference().toString();
  }

  /** Adds the images of the folders resolved here to {@code others}. */
  Images over(Images others) {
    return new Images() {
      @Override
      public Image find(Reference reference, Platform platform) {
        build(reference, List.of(platform));
        return others.find(reference, platform);
      }

      @Override
      public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
        build(reference, platforms);
        return others.blobs(reference, platforms);
      }
    };
  }

  private void build(Reference reference, List<Platform> platforms) {
    PackageFolder folder = folders.get(reference);
    if (folder != null) {
      List<Platform> wanted = platforms.isEmpty() ? folder.platforms() : platforms;
      if (!builder.isBuilt(folder, wanted)) {
        synchronized (builder) {
          builder.build(folder, wanted, false);
        }
      }
    }
  }

  @Override
  public void close() {
    builder.close();
  }
}
