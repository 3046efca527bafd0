package linuxkit.packaging.files;

import linuxkit.filesystem.FileTree;

/** Writes the lists that loaders of kernel modules work from, as depmod(8) does. */
@FunctionalInterface
public interface ModuleIndexer {
  /**
   * Adds the lists for all modules in a directory.
   *
   * @param directory {@code lib/modules/VERSION}
   * @throws linuxkit.base.Failure if a module cannot be read, or one that another needs is missing
   */
  void index(FileTree files, String directory);
}
