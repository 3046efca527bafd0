package linuxkit.boot.loader;

import linuxkit.filesystem.FileTree;
import linuxkit.system.manifest.BootComponent;

/** Finds the images that contain boot loaders; asked only for those that a format needs. */
@FunctionalInterface
public interface BootFiles {
  /**
   * Returns the files of a component for the architecture of the system.
   *
   * @throws linuxkit.base.Failure if the image cannot be obtained
   */
  FileTree of(BootComponent component);
}
