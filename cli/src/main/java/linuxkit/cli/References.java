package linuxkit.cli;

import linuxkit.oci.Reference;

/** Names of images as they are typed. */
final class References {
  private References() {}

  /** With the tag {@code latest} where there is neither tag nor digest. */
  static Reference withTag(Reference reference) {
    return reference.tag().isEmpty() && reference.digest().isEmpty()
        ? new Reference(reference.registry(), reference.repository(), "latest", reference.digest())
        : reference;
  }
}
