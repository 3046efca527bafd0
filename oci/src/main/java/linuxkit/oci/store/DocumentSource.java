package linuxkit.oci.store;

import linuxkit.oci.Descriptor;

/** A source of indexes, manifests and configurations. */
@FunctionalInterface
public interface DocumentSource {
  /**
   * Reads a whole document and verifies it.
   *
   * @throws linuxkit.base.Failure if it is missing, damaged or cannot be fetched
   */
  byte[] read(Descriptor document);
}
