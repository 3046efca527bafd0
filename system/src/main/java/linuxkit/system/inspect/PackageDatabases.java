package linuxkit.system.inspect;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/**
 * Reads the databases of dpkg (deb822, as in {@code dpkg-query(1)}; one file, or one file a package
 * as in images without a package manager) and apk (its installed database, version 2).
 */
public final class PackageDatabases {
  /** In bytes: a database of a whole desktop has a tenth of it. */
  static final long LARGEST = 64 << 20;

  private static final Pattern DEB =
      Pattern.compile("(?:.*/)?var/lib/dpkg/(?:status|status\\.d/[^/]+(?<!\\.md5sums))");
  private static final Pattern APK = Pattern.compile("(?:.*/)?(?:usr/)?lib/apk/db/installed");

  private final boolean detailed;
  private final SortedSet<InstalledPackage> packages = new TreeSet<>();

  private PackageDatabases(boolean detailed) {
    this.detailed = detailed;
  }

  /** Whether a file is a database, so that its content is needed. */
  public static boolean isDatabase(String path) {
    return DEB.matcher(path).matches() || APK.matcher(path).matches();
  }

  /**
   * All packages of all databases, in order; of a line that is none of the format nothing is taken.
   *
   * @throws InspectionFailure when a database cannot be read, or is larger than 64 MiB
   */
  public static List<InstalledPackage> read(InspectedSystem system) {
    PackageDatabases databases = new PackageDatabases(system.detailed());
    system.files().walk(databases::visit);
    return List.copyOf(databases.packages);
  }

  private void visit(FileTree.Entry entry) {
    if (entry.node() instanceof Node.RegularFile file && isDatabase(entry.path())) {
      boolean apk = APK.matcher(entry.path()).matches();
      Component component = Component.of(entry, detailed);
      if (file.content().size() > LARGEST) {
        throw new InspectionFailure(
            "the list of packages is larger than 64 MiB", "/" + entry.path(), "", null);
      }
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(file.content().open(), StandardCharsets.UTF_8))) {
        if (apk) {
          read(component, "apk", "P:", "V:", "", lines);
        } else {
          read(component, "deb", "Package:", "Version:", "Status:", lines);
        }
      } catch (IOException e) {
        throw new InspectionFailure(
            "cannot read the list of packages: " + e.getMessage(), "/" + entry.path(), "", e);
      }
    }
  }

  private void read(
      Component component,
      String kind,
      String nameKey,
      String versionKey,
      String statusKey,
      BufferedReader lines)
      throws IOException {
    String name = "";
    String version = "";
    boolean installed = true;
    for (String line = lines.readLine(); ; line = lines.readLine()) {
      if (line == null || line.isEmpty()) {
        if (!name.isEmpty() && installed) {
          packages.add(new InstalledPackage(component, kind, name, version));
        }
        name = "";
        version = "";
        installed = true;
        if (line == null) {
          return;
        }
      } else if (line.startsWith(nameKey)) {
        name = line.substring(nameKey.length()).strip();
      } else if (line.startsWith(versionKey)) {
        version = line.substring(versionKey.length()).strip();
      } else if (!statusKey.isEmpty() && line.startsWith(statusKey)) {
        // What was removed and left its configuration behind stays in the list.
        installed = line.endsWith(" installed");
      }
    }
  }
}
