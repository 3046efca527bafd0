package linuxkit.cli;

import linuxkit.oci.Reference;

/** Names of images as users type them. */
final class References {
  private References() {}

  /** Adds the tag {@code latest} if there is neither a tag nor a digest. */
  static Reference withTag(Reference reference) {
    return reference.tag().isEmpty() && reference.digest().isEmpty()
        ? new Reference(reference.registry(), reference.repository(), "latest", reference.digest())
        : reference;
  }
}
