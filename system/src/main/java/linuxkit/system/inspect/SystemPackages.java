package linuxkit.system.inspect;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.system.sbom.InstalledPackage;
import linuxkit.system.sbom.InstalledPackage.Manager;
import linuxkit.system.sbom.PackageLists;

/**
 * Reads the packages that the databases of dpkg and apk list, wherever they are in a system, and
 * those of the kernel's image, which the bill of materials lists.
 */
public final class SystemPackages {
  private static final Pattern DEB =
      Pattern.compile("(?:.*/)?var/lib/dpkg/(?:status|status\\.d/[^/]+(?<!\\.md5sums))");
  private static final Pattern APK = Pattern.compile("(?:.*/)?(?:usr/)?lib/apk/db/installed");

  private SystemPackages() {}

  /** Returns whether a file is a database, so that its content is needed. */
  public static boolean isDatabase(String path) {
    return isPackageList(path) || KernelPackages.isBill(path);
  }

  private static boolean isPackageList(String path) {
    return DEB.matcher(path).matches() || APK.matcher(path).matches();
  }

  /**
   * Returns all packages of all databases, in order.
   *
   * @param progress gets warnings about what is left out: invalid entries, databases that are too
   *     large
   * @throws linuxkit.base.Failure if a database cannot be read
   */
  public static List<ComponentPackage> read(InspectedSystem system, Progress progress) {
    SortedSet<ComponentPackage> packages = new TreeSet<>(KernelPackages.read(system, progress));
    system
        .files()
        .walk(
            entry -> {
              if (isPackageList(entry.path()) && entry.node() instanceof Node.RegularFile file) {
                packages.addAll(read(entry, file, system.detailed(), progress));
              }
            });
    return List.copyOf(packages);
  }

  private static List<ComponentPackage> read(
      FileTree.Entry entry, Node.RegularFile file, boolean detailed, Progress progress) {
    Manager manager = APK.matcher(entry.path()).matches() ? Manager.APK : Manager.DPKG;
    Component component = Component.of(entry, detailed);
    List<InstalledPackage> listed =
        PackageLists.read(file.content(), manager, "/" + entry.path(), progress::warn);
    return listed.stream()
        .map(each -> new ComponentPackage(component, manager.type(), each.name(), each.version()))
        .toList();
  }
}
