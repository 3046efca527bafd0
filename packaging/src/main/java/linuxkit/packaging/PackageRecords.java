package linuxkit.packaging;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Digest;
import linuxkit.oci.store.Housekeeping;
import linuxkit.packaging.debian.DebianPackage;

/**
 * Keeps which Debian packages an image was made from, also those that left no file in it. A list is
 * a derived file named by the digest of the image's manifest, as those of {@link ImageRecords} are.
 */
public final class PackageRecords {
  private static final String KIND = Housekeeping.PACKAGES;
  private static final int FIELDS = 4;

  private PackageRecords() {}

  /** A package that an image was made from. */
  public record Used(String name, String version, String architecture, String sha256) {}

  /** Keeps a list, which replaces an earlier one; nothing if it is empty. */
  static void keep(WorkCache work, Digest manifest, List<DebianPackage.Pin> packages) {
    if (packages.isEmpty()) {
      return;
    }
    String text =
        packages.stream()
            .map(
                each ->
                    String.join(
                        " ", each.name(), each.version(), each.architecture(), each.sha256()))
            .collect(Collectors.joining("\n"));
    work.put(KIND, manifest.hex(), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Returns the packages of an image in the order in which they were unpacked; empty if this user
   * has not built it, or not from Debian packages.
   *
   * @param work of the store
   */
  public static Optional<List<Used>> of(WorkCache work, Digest manifest) {
    Optional<byte[]> text = work.findBytes(KIND, manifest.hex());
    if (text.isEmpty()) {
      return Optional.empty();
    }
    List<Used> packages = new ArrayList<>();
    for (String line : new String(text.get(), StandardCharsets.UTF_8).lines().toList()) {
      String[] fields = line.split(" ", -1);
      if (fields.length != FIELDS) {
        return Optional.empty();
      }
      packages.add(new Used(fields[0], fields[1], fields[2], fields[3]));
    }
    return Optional.of(packages);
  }
}
