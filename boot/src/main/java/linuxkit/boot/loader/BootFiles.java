package linuxkit.boot.loader;

import linuxkit.filesystem.FileTree;
import linuxkit.system.manifest.BootComponent;

/** Finds the images that boot loaders come from; asked only for those that a format needs. */
@FunctionalInterface
public interface BootFiles {
  /**
   * The files of a component for the architecture of the system.
   *
   * @throws linuxkit.base.Failure when the image cannot be had
   */
  FileTree of(BootComponent component);
}
