package linuxkit.packaging.dockerfile;

import java.nio.file.Path;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;

/**
 * Images and components that Dockerfiles must be built from. Any number of threads may ask at once.
 */
public interface LockedBases {
  /**
   * Returns the index or manifest that the name of a base stands for.
   *
   * @throws linuxkit.base.Failure if the name is not locked
   */
  Descriptor image(Reference base);

  /** Returns what identifies the packages of another component that a Dockerfile uses. */
  String packages(Path folder);
}
