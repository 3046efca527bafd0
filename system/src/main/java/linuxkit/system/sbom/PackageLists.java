package linuxkit.system.sbom;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.filesystem.Content;
import linuxkit.system.sbom.InstalledPackage.Manager;
import linuxkit.system.sbom.InstalledPackage.Source;

/**
 * Reads lists of installed packages: paragraphs of lines {@code key:value}, which is what dpkg
 * (deb-control(5)) and apk (apk-v2(5), "installed database") both write. Invalid entries are left
 * out with a warning.
 */
public final class PackageLists {
  /** The largest list that is read, in bytes. */
  static final int MAX_SIZE = 32 << 20;

  /** The largest number of packages in an image. */
  static final int MAX_PACKAGES = 100_000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._-]{0,127}");
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9.+:~^_-]{1,255}");
  private static final Pattern ARCHITECTURE = Pattern.compile("[a-z0-9_-]{0,31}");
  private static final Pattern SOURCE = Pattern.compile("([^ ()]+)(?: +\\(([^ ()]+)\\))?");
  private static final int MAX_TEXT = 256;
  private static final Set<String> DPKG_KEYS =
      Set.of("Package", "Version", "Architecture", "Source", "Maintainer", "Status", "Origin");
  private static final Set<String> APK_KEYS = Set.of("P", "V", "A", "o", "m", "L");

  private final Consumer<String> warn;
  private final SortedSet<InstalledPackage> found = new TreeSet<>(PackageLists::compare);

  private PackageLists(Consumer<String> warn) {
    this.warn = warn;
  }

  /**
   * Returns all packages of an image, by package manager and name.
   *
   * @param image its name for warnings
   */
  static List<InstalledPackage> read(
      PackageDatabases databases, String image, Consumer<String> warn) {
    PackageLists lists = new PackageLists(warn);
    for (Content list : databases.dpkg()) {
      lists.add(list, Manager.DPKG, image);
    }
    databases.apk().ifPresent(list -> lists.add(list, Manager.APK, image));
    return lists.sorted();
  }

  /**
   * Returns the packages of one list, by name. A list of more than 32 MiB is ignored.
   *
   * @param where the place of the list, for warnings
   * @param warn gets warnings about what is left out
   * @throws SbomFailure if the list cannot be read
   */
  public static List<InstalledPackage> read(
      Content list, Manager manager, String where, Consumer<String> warn) {
    PackageLists lists = new PackageLists(warn);
    lists.add(list, manager, where);
    return lists.sorted();
  }

  private List<InstalledPackage> sorted() {
    return List.copyOf(found);
  }

  private static int compare(InstalledPackage a, InstalledPackage b) {
    int order = a.manager().compareTo(b.manager());
    order = order == 0 ? a.name().compareTo(b.name()) : order;
    order = order == 0 ? a.version().compareTo(b.version()) : order;
    return order == 0 ? a.architecture().compareTo(b.architecture()) : order;
  }

  private void add(Content list, Manager manager, String where) {
    String what = where + ", list of packages of " + manager.name().toLowerCase(Locale.ROOT);
    int malformed = 0;
    Iterator<Map<String, String>> paragraphs =
        paragraphs(
                DatabaseText.read(list, MAX_SIZE, what, warn),
                manager == Manager.DPKG ? DPKG_KEYS : APK_KEYS)
            .iterator();
    while (paragraphs.hasNext()) {
      Map<String, String> entry = paragraphs.next();
      if (manager == Manager.DPKG && !isInstalled(entry)) {
        continue;
      }
      Optional<InstalledPackage> read = manager == Manager.DPKG ? dpkg(entry) : apk(entry);
      if (read.isEmpty()) {
        malformed++;
      } else if (found.size() < MAX_PACKAGES) {
        found.add(read.get());
      } else {
        warn.accept(what + ": more than " + MAX_PACKAGES + " packages; the rest is left out");
        return;
      }
    }
    if (malformed > 0) {
      warn.accept(what + ": invalid entries, which are left out: " + malformed);
    }
  }

  private static List<Map<String, String>> paragraphs(String text, Set<String> keys) {
    List<Map<String, String>> all = new ArrayList<>();
    Map<String, String> current = new HashMap<>();
    boolean any = false;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      if (line.isBlank()) {
        if (any) {
          all.add(current);
          current = new HashMap<>();
        }
        any = false;
        continue;
      }
      any = true;
      int colon = line.indexOf(':');
      if (colon > 0 && keys.contains(line.substring(0, colon))) {
        current.putIfAbsent(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    if (any) {
      all.add(current);
    }
    return all;
  }

  // In every other state, files of the package are left.
  private static boolean isInstalled(Map<String, String> entry) {
    String status = entry.getOrDefault("Status", "");
    return !status.endsWith(" not-installed") && !status.endsWith(" config-files");
  }

  private static Optional<InstalledPackage> dpkg(Map<String, String> entry) {
    String name = entry.getOrDefault("Package", "");
    String version = entry.getOrDefault("Version", "");
    Matcher source = SOURCE.matcher(entry.getOrDefault("Source", name));
    if (!source.matches()) {
      return Optional.empty();
    }
    String sourceVersion = source.group(2) == null ? version : source.group(2);
    return checked(
        new InstalledPackage(
            Manager.DPKG,
            name,
            version,
            entry.getOrDefault("Architecture", ""),
            new Source(source.group(1), sourceVersion),
            text(entry.getOrDefault("Maintainer", "")),
            "",
            text(entry.getOrDefault("Origin", ""))));
  }

  private static Optional<InstalledPackage> apk(Map<String, String> entry) {
    String name = entry.getOrDefault("P", "");
    String version = entry.getOrDefault("V", "");
    return checked(
        new InstalledPackage(
            Manager.APK,
            name,
            version,
            entry.getOrDefault("A", ""),
            new Source(entry.getOrDefault("o", name), version),
            text(entry.getOrDefault("m", "")),
            text(entry.getOrDefault("L", "")),
            ""));
  }

  private static Optional<InstalledPackage> checked(InstalledPackage read) {
    boolean right =
        NAME.matcher(read.name()).matches()
            && VERSION.matcher(read.version()).matches()
            && ARCHITECTURE.matcher(read.architecture()).matches()
            && NAME.matcher(read.source().name()).matches()
            && VERSION.matcher(read.source().version()).matches();
    return right ? Optional.of(read) : Optional.empty();
  }

  private static String text(String value) {
    String printable = value.replaceAll("\\p{Cntrl}", " ").strip();
    return printable.codePointCount(0, printable.length()) <= MAX_TEXT
        ? printable
        : printable.substring(0, printable.offsetByCodePoints(0, MAX_TEXT));
  }
}
