package linuxkit.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import linuxkit.base.Progress;
import linuxkit.base.WorkCache;
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
import linuxkit.system.KernelModules;
import linuxkit.system.PackageResolver;
import linuxkit.system.modules.ModuleIndex;

/**
 * The packages that a manifest names by their folders ({@code @pkg:}), built if they are not in the
 * store.
 */
final class Packages implements PackageResolver, AutoCloseable {
  private final PackageBuilder builder;
  private final WorkCache work;
  private final Map<Reference, PackageFolder> folders = new ConcurrentHashMap<>();

  Packages(ImageStore store, DebianOptions debian, Progress progress) {
    this.work = store.work();
    this.builder = builder(store, debian, progress);
  }

  /** Makes a builder that uses this distribution's guest and prepares the modules of kernels. */
  static PackageBuilder builder(ImageStore store, DebianOptions debian, Progress progress) {
    return new PackageBuilder(
        store,
        List.of(
            new DebianSource(debian, ModuleIndex::write, progress),
            new FilesSource(new GuestPrograms(Distribution.home().resolve("guest")))),
        debian.cache().resolve("tmp"),
        progress,
        kernel -> KernelModules.prepare(kernel, store.work()));
  }

  /** Returns each folder that was resolved so far, with its image. */
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

  /** Adds the images of the packages resolved here to others. */
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
