package linuxkit.cli.flags;

import linuxkit.base.Printable;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.oci.Reference;
import linuxkit.packaging.LocalName;

/** Names of images as users type them. */
public final class References {
  private References() {}

  /** Adds the tag {@code latest} if there is neither a tag nor a digest. */
  public static Reference withTag(Reference reference) {
    return reference.tag().isEmpty() && reference.digest().isEmpty()
        ? new Reference(reference.registry(), reference.repository(), "latest", reference.digest())
        : reference;
  }

  /**
   * Returns a name that a registry can have.
   *
   * @throws UsageFailure if it is the name of an image that a manifest had built
   */
  public static Reference ofRegistry(Reference reference) {
    if (LocalName.is(reference)) {
      throw new UsageFailure(
          "no registry has " + reference + ": it names an image that was built from a folder",
          "build the folder with 'linuxkit pkg build', or give --remote-name NAME to push it");
    }
    return reference;
  }

  /**
   * Checks a name that an archive or the user gives to an image.
   *
   * @throws UsageFailure if only an image that is built from a folder may have it
   */
  public static void checkImported(Reference reference) {
    if (LocalName.is(reference)) {
      throw new UsageFailure(
          "no archive can have "
              + Printable.line(reference.toString())
              + ": it names an image that was built from a folder here",
          "give the image another name with --name NAME");
    }
  }
}
