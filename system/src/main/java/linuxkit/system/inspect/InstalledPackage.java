package linuxkit.system.inspect;

import java.util.Comparator;

/**
 * A package that a database in the system says is installed.
 *
 * @param component whose file system has the database
 * @param kind the database: {@code deb} or {@code apk}
 */
public record InstalledPackage(Component component, String kind, String name, String version)
    implements Comparable<InstalledPackage> {
  private static final Comparator<InstalledPackage> ORDER =
      Comparator.comparing(InstalledPackage::component)
          .thenComparing(InstalledPackage::kind)
          .thenComparing(InstalledPackage::name)
          .thenComparing(InstalledPackage::version);

  @Override
  public int compareTo(InstalledPackage other) {
    return ORDER.compare(this, other);
  }
}
