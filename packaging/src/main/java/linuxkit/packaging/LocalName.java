package linuxkit.packaging;

import java.util.regex.Pattern;
import linuxkit.oci.Reference;
import linuxkit.packaging.definition.BuildFile;

/**
 * Names in the store for images that are built because a manifest refers to their folder. Such a
 * name contains the hash of what the image is made from, and no definition, pull or registry can
 * use it: its registry does not exist (RFC 6761 keeps {@code .localhost} out of the DNS).
 */
public final class LocalName {
  /** The registry of these names. */
  public static final String REGISTRY = BuildFile.LOCAL_REGISTRY;

  // For people: what an image was built from is decided by records, which have the whole hash.
  private static final int DIGITS = 12;
  private static final Pattern GIT_HASH = Pattern.compile("[0-9a-f]{40}(-dirty-[0-9a-f]{7})?");

  private LocalName() {}

  /** Returns whether a name is of this kind, and so stands for a folder. */
  public static boolean is(Reference reference) {
    String registry = reference.registry();
    int colon = registry.indexOf(':');
    return (colon < 0 ? registry : registry.substring(0, colon)).equalsIgnoreCase(REGISTRY);
  }

  /** Returns the name of a folder's image: the hash in git, if there is one, and the content's. */
  static Reference of(PackageFolder folder) {
    String git = GIT_HASH.matcher(folder.hash()).matches() ? folder.hash() + "-" : "";
    return Reference.parse(
        REGISTRY
            + "/"
            + folder.summary().image()
            + ":"
            + git
            + folder.contentHash().substring(0, DIGITS));
  }
}
