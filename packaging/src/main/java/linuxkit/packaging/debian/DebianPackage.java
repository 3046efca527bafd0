package linuxkit.packaging.debian;

import java.net.URI;
import java.util.List;

/**
 * A package of an archive, as its index describes it.
 *
 * @param archive which archive lists it
 * @param location of the {@code .deb}
 * @param size in bytes
 * @param sha256 of the {@code .deb}, in 64 lower-case hexadecimal digits
 */
public record DebianPackage(
    String name,
    String version,
    String architecture,
    Archive archive,
    URI location,
    long size,
    String sha256) {
  /**
   * A suite of an archive.
   *
   * @param origin whose it is, as its Release file says, such as {@code Debian}
   */
  public record Archive(URI uri, String suite, String origin) {
    @Override
    public String toString() {
      return suite + " of " + uri;
    }
  }

  @Override
  public String toString() {
    return name + " " + version;
  }

  /**
   * A package that was chosen before, in whichever archive has it.
   *
   * @param suite that listed it
   * @param origin whose archive it was, as in {@link Archive}
   * @param file its place in an archive, such as {@code pool/main/r/runc/runc_1_amd64.deb}
   */
  public record Pin(
      String name,
      String version,
      String architecture,
      String suite,
      String origin,
      String file,
      long size,
      String sha256) {
    @Override
    public String toString() {
      return name + " " + version;
    }
  }

  /** Returns the package without the address of its archive. */
  public Pin pin() {
    return new Pin(
        name,
        version,
        architecture,
        archive.suite(),
        archive.origin(),
        String.valueOf(archive.uri().relativize(location).getPath()),
        size,
        sha256);
  }

  /** The relations to other packages; each field as in {@link Relation#parse}. */
  record Relations(
      List<List<Relation>> depends,
      List<List<Relation>> recommends,
      List<List<Relation>> provides,
      List<List<Relation>> conflicts,
      List<List<Relation>> replaces) {}
}
