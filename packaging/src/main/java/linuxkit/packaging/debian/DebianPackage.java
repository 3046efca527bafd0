package linuxkit.packaging.debian;

import java.net.URI;
import java.util.List;

/**
 * A package of an archive, as its index describes it.
 *
 * @param location of the {@code .deb}
 * @param size in bytes
 * @param sha256 of the {@code .deb}, in 64 lower-case hexadecimal digits
 */
public record DebianPackage(
    String name, String version, String architecture, URI location, long size, String sha256) {
  @Override
  public String toString() {
    return name + " " + version;
  }

  /** The relations to other packages; each field as in {@link Relation#parse}. */
  record Relations(
      List<List<Relation>> depends,
      List<List<Relation>> recommends,
      List<List<Relation>> provides,
      List<List<Relation>> conflicts,
      List<List<Relation>> replaces) {}
}
