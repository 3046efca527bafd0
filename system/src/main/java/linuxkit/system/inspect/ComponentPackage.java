package linuxkit.system.inspect;

import java.util.Comparator;

/**
 * A package that a database in the system lists as installed.
 *
 * @param component whose file system has the database
 * @param kind the database: {@code deb} or {@code apk}
 */
public record ComponentPackage(Component component, String kind, String name, String version)
    implements Comparable<ComponentPackage> {
  private static final Comparator<ComponentPackage> ORDER =
      Comparator.comparing(ComponentPackage::component)
          .thenComparing(ComponentPackage::kind)
          .thenComparing(ComponentPackage::name)
          .thenComparing(ComponentPackage::version);

  @Override
  public int compareTo(ComponentPackage other) {
    return ORDER.compare(this, other);
  }
}
