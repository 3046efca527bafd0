package linuxkit.engine.provenance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import linuxkit.base.Printable;
import linuxkit.engine.lock.LockFile;
import linuxkit.engine.lock.LockedImage;
import linuxkit.engine.provenance.VerifyReport.Check;
import linuxkit.packaging.DebianSource;
import linuxkit.packaging.LocalName;
import linuxkit.packaging.debian.DebianPackage;

/** Compares the dependencies of a build with a lock file. */
final class LockCheck {
  private static final String NAME = "dependencies";

  private final List<String> wrong = new ArrayList<>();
  private final Provenance provenance;
  private final LockFile lock;

  private LockCheck(Provenance provenance, LockFile lock) {
    this.provenance = provenance;
    this.lock = lock;
  }

  /**
   * Reads a lock file and checks that it has all images of the build, and no others.
   *
   * @throws linuxkit.base.Failure if it cannot be read
   */
  static Check check(Provenance provenance, Path file) {
    LockCheck check =
        new LockCheck(provenance, LockFile.parse(LockFile.bytes(file), file.toString()));
    check.images();
    check.packages();
    return check.wrong.isEmpty()
        ? Check.passed(NAME, "they are those of " + file)
        : Check.failed(NAME, "they are not those of " + file, check.wrong);
  }

  static Check none() {
    return Check.skipped(NAME, "not compared, because there is no lock file");
  }

  private void images() {
    Map<String, String> locked = new HashMap<>();
    for (LockedImage image : lock.images().values()) {
      locked.put(image.reference().toString(), image.root().digest().toString());
    }
    Set<String> used = new HashSet<>();
    for (Dependency image : provenance.dependencies()) {
      if (image.isImage() && !isComponent(image.name())) {
        used.add(image.name());
        String digest = Printable.line("sha256:" + image.sha256());
        String expected = locked.get(image.name());
        String name = Printable.line(image.name());
        if (expected == null) {
          wrong.add("the build used " + name + ", which the lock file does not have");
        } else if (!expected.equals(digest)) {
          wrong.add("the build used " + name + " as " + digest + ", not " + expected);
        }
      }
    }
    Set<String> unused = Set.copyOf(provenance.unusedLoaders());
    locked.keySet().stream()
        .filter(name -> !used.contains(name) && !unused.contains(name))
        .sorted()
        .forEach(name -> wrong.add("the build did not use " + name + " of the lock file"));
  }

  /** Returns whether a name stands for a component folder, whose packages are locked instead. */
  private static boolean isComponent(String name) {
    return name.startsWith(LocalName.REGISTRY + "/");
  }

  private void packages() {
    Map<String, Set<String>> used = new TreeMap<>();
    for (Dependency each : provenance.dependencies()) {
      if (each.isPackage()) {
        used.computeIfAbsent(each.name(), _ -> new TreeSet<>()).add(each.version());
      }
    }
    String platform = provenance.parameters().text("platform");
    Map<String, Set<String>> locked = new TreeMap<>();
    lock.components()
        .values()
        .forEach(
            component -> {
              DebianSource.Resolution packages = component.packages().get(platform);
              if (packages != null) {
                for (DebianPackage.Pin pin : packages.packages()) {
                  locked.computeIfAbsent(pin.name(), _ -> new TreeSet<>()).add(pin.version());
                }
              }
            });
    locked.forEach((name, versions) -> compare(name, versions, used.getOrDefault(name, Set.of())));
  }

  private void compare(String name, Set<String> locked, Set<String> used) {
    for (String version : locked) {
      if (!used.contains(version)) {
        wrong.add(
            "the build did not use the package %s %s of the lock file".formatted(name, version));
      }
    }
    for (String version : used) {
      if (!locked.contains(version)) {
        wrong.add(
            "the build used the package %s %s, which the lock file does not have"
                .formatted(name, Printable.line(version)));
      }
    }
  }
}
