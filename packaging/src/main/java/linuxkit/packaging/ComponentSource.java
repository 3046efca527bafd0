package linuxkit.packaging;

import java.util.List;
import java.util.SortedMap;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Platform;
import linuxkit.packaging.debian.DebianPackage;
import linuxkit.packaging.debian.TemporaryStorage;

/**
 * A kind of content that a component's definition can ask for, such as Debian packages. Sources are
 * used in order; each one works on the files of those before it.
 */
public interface ComponentSource extends AutoCloseable {
  /**
   * Returns whether the component has content from this source. Must not do any expensive work: it
   * is called for every component of every build.
   */
  boolean isUsedBy(PackageFolder folder);

  /**
   * Returns image labels that identify what goes into the image besides the folder. An image in the
   * store whose labels differ is built again.
   */
  SortedMap<String, String> provenance(PackageFolder folder, Platform platform);

  /**
   * Returns what identifies the content that is required of this source, beyond the provenance;
   * empty if any content will do. Any number of threads may call this at once.
   */
  default String required(PackageFolder folder, Platform platform) {
    return "";
  }

  /**
   * Returns what identifies the content that {@link #addTo} added last, in the form of {@link
   * #required}; empty if nothing can be required.
   */
  default String added(PackageFolder folder, Platform platform) {
    return "";
  }

  /** Returns the Debian packages that {@link #addTo} added last, in order. */
  default List<DebianPackage.Pin> packages(PackageFolder folder, Platform platform) {
    return List.of();
  }

  /**
   * Adds this source's content.
   *
   * @param tree the files of the sources before this one; may be changed and returned
   * @param storage keeps the bytes of files until the image is written
   * @return the files including this source's
   * @throws linuxkit.base.Failure if the content cannot be obtained
   */
  FileTree addTo(FileTree tree, PackageFolder folder, Platform platform, TemporaryStorage storage);

  @Override
  default void close() {}
}
