package linuxkit.system.inspect;

import java.util.Comparator;
import java.util.Locale;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Origin;

/**
 * A part of a system to which files are attributed.
 *
 * @param name of an image without tag and digest, or of a container's folder or a volume; empty for
 *     parts of which there is one
 */
public record Component(Kind kind, String name) implements Comparable<Component> {
  /** The kinds of parts, in the order of a manifest. */
  public enum Kind {
    KERNEL,
    INIT,
    ONBOOT,
    ONSHUTDOWN,
    SERVICES,
    FILES,
    VOLUMES,
    /** Files of the root file system of which nothing more is known. */
    ROOT
  }

  private static final Comparator<Component> ORDER =
      Comparator.comparing(Component::kind).thenComparing(Component::name);

  /** Returns a name such as {@code services.web}. */
  public String label() {
    String kindName = kind.name().toLowerCase(Locale.ROOT);
    return name.isEmpty() ? kindName : kindName + "." + name;
  }

  /**
   * Returns the part that a file belongs to.
   *
   * @param detailed whether the origins of files outside of containers decide; otherwise their
   *     paths do
   */
  public static Component of(FileTree.Entry entry, boolean detailed) {
    String[] names = entry.path().split("/", 4);
    if (names.length > 2 && names[0].equals("containers")) {
      for (Kind kind : new Kind[] {Kind.ONBOOT, Kind.ONSHUTDOWN, Kind.SERVICES, Kind.VOLUMES}) {
        if (names[1].equals(kind.name().toLowerCase(Locale.ROOT))) {
          return new Component(kind, names[2]);
        }
      }
    }
    if (detailed && !entry.origin().location().isEmpty()) {
      return of(entry.origin());
    }
    return new Component(
        names[0].equals("boot") || entry.path().contains("lib/modules/") ? Kind.KERNEL : Kind.ROOT,
        "");
  }

  private static Component of(Origin origin) {
    String location = origin.location();
    int bracket = location.indexOf('[');
    String section = bracket < 0 ? location : location.substring(0, bracket);
    return switch (section) {
      case "kernel" -> new Component(Kind.KERNEL, "");
      case "init" -> new Component(Kind.INIT, locator(origin.source()));
      case "files" -> new Component(Kind.FILES, "");
      // The folders above containers and volumes.
      default -> new Component(Kind.ROOT, "");
    };
  }

  private static String locator(String reference) {
    int at = reference.indexOf('@');
    String name = at < 0 ? reference : reference.substring(0, at);
    int colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
  }

  @Override
  public int compareTo(Component other) {
    return ORDER.compare(this, other);
  }
}
