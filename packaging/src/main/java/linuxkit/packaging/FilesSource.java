package linuxkit.packaging;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Platform;
import linuxkit.packaging.accounts.Requests;
import linuxkit.packaging.debian.TemporaryStorage;

/**
 * The entries under {@code files:}, among them the guest program, and the users of components
 * without packages.
 */
public final class FilesSource implements ComponentSource {
  /** The label with the SHA-256 of the guest program that an image contains. */
  public static final String GUEST_LABEL = "org.mobyproject.linuxkit.guest";

  /** The label with the SHA-256 of the program {@code tools} of the same distribution. */
  public static final String TOOLS_LABEL = GUEST_LABEL + ".tools";

  /** The label with its version. */
  public static final String GUEST_VERSION_LABEL = GUEST_LABEL + ".version";

  private final GuestPrograms guests;

  public FilesSource(GuestPrograms guests) {
    this.guests = guests;
  }

  @Override
  public boolean isUsedBy(PackageFolder folder) {
    return folder.summary().hasFiles();
  }

  @Override
  public SortedMap<String, String> provenance(PackageFolder folder, Platform platform) {
    SortedMap<String, String> labels = new TreeMap<>();
    if (folder.summary().usesGuest()) {
      labels.put(GUEST_LABEL, "sha256:" + guests.sha256(platform.architecture()));
      guests
          .toolsSha256(platform.architecture())
          .ifPresent(digest -> labels.put(TOOLS_LABEL, "sha256:" + digest));
      guests.version().ifPresent(version -> labels.put(GUEST_VERSION_LABEL, version));
    }
    return Collections.unmodifiableSortedMap(labels);
  }

  @Override
  public FileTree addTo(
      FileTree tree, PackageFolder folder, Platform platform, TemporaryStorage storage) {
    if (!folder.summary().hasPackages()) {
      AccountInstaller.addTo(tree, folder.definition(), Requests.NONE);
    }
    new FileInstaller(folder, platform.architecture(), guests, storage).addTo(tree);
    return tree;
  }
}
