package linuxkit.oci.store;

import linuxkit.oci.Descriptor;

/** Where indexes, manifests and configurations are read from. */
@FunctionalInterface
public interface DocumentSource {
  /**
   * The whole document, verified.
   *
   * @throws linuxkit.base.Failure when it cannot be had
   */
  byte[] read(Descriptor document);
}
