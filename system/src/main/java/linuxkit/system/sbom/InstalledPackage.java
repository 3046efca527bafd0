package linuxkit.system.sbom;

/**
 * A package as a database lists it. All fields but the first three may be empty.
 *
 * @param manager the package manager
 * @param maintainer with or without an address in angle brackets
 * @param archive the origin of the archive that it was installed from
 * @param licence as the database has it, which need not be an SPDX expression
 */
public record InstalledPackage(
    Manager manager,
    String name,
    String version,
    String architecture,
    Source source,
    String maintainer,
    String licence,
    String archive) {
  /** The source package that a package was built from. */
  public record Source(String name, String version) {}

  /** A package manager that keeps a list of installed packages. */
  public enum Manager {
    DPKG("deb", "debian"),
    APK("apk", "alpine");

    private final String type;
    private final String vendor;

    Manager(String type, String vendor) {
      this.type = type;
      this.vendor = vendor;
    }

    /** Returns the type in package URLs: {@code deb} or {@code apk}. */
    public String type() {
      return type;
    }

    /** Returns the vendor of packages in images that do not name theirs. */
    String vendor() {
      return vendor;
    }
  }

  String purl(OsRelease release) {
    PackageUrl url =
        new PackageUrl(
            manager.type(),
            release.id().isEmpty() ? manager.vendor() : release.id(),
            name,
            version);
    url.qualifier("arch", architecture);
    if (!release.id().isEmpty() && !release.version().isEmpty()) {
      url.qualifier("distro", release.id() + "-" + release.version());
    }
    if (!source.name().equals(name) || !source.version().equals(version)) {
      boolean sameVersion = source.version().equals(version) || source.version().isEmpty();
      url.qualifier("upstream", source.name() + (sameVersion ? "" : "@" + source.version()));
    }
    return url.toString();
  }
}
