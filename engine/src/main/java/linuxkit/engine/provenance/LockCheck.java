package linuxkit.engine.provenance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import linuxkit.base.Printable;
import linuxkit.engine.lock.LockFile;
import linuxkit.engine.lock.LockedComponent;
import linuxkit.engine.lock.LockedImage;
import linuxkit.engine.provenance.VerifyReport.Check;
import linuxkit.packaging.LocalName;

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
    Map<String, LockedImage> locked = new HashMap<>();
    lock.images().values().forEach(image -> locked.put(image.reference().toString(), image));
    Set<String> used = new HashSet<>();
    for (Dependency image : provenance.dependencies()) {
      if (image.isImage() && !isComponent(image.name())) {
        used.add(image.name());
        compare(image, Optional.ofNullable(locked.get(image.name())));
      }
    }
    Set<String> unused = Set.copyOf(provenance.unusedLoaders());
    locked.keySet().stream()
        .filter(name -> !used.contains(name) && !unused.contains(name))
        .sorted()
        .forEach(name -> wrong.add("the build did not use " + name + " of the lock file"));
  }

  private void compare(Dependency image, Optional<LockedImage> locked) {
    String name = Printable.line(image.name());
    if (locked.isEmpty()) {
      wrong.add("the build used " + name + ", which the lock file does not have");
      return;
    }
    String digest = Printable.line("sha256:" + image.sha256());
    String expected = locked.get().root().digest().toString();
    if (!expected.equals(digest)) {
      wrong.add("the build used " + name + " as " + digest + ", not " + expected);
      return;
    }
    String platform = provenance.parameters().text("platform");
    String manifest = image.annotations().getOrDefault(Dependency.MANIFEST, "");
    Optional.ofNullable(locked.get().images().get(platform))
        .map(each -> each.manifest().toString())
        .filter(each -> !manifest.isEmpty() && !each.equals(manifest))
        .ifPresent(
            each ->
                wrong.add(
                    "the build used the manifest %s of %s, not %s, which is for %s"
                        .formatted(Printable.line(manifest), name, each, platform)));
  }

  /** Returns whether a name stands for a component folder, whose packages are locked instead. */
  private static boolean isComponent(String name) {
    return name.startsWith(LocalName.REGISTRY + "/");
  }

  private void packages() {
    Map<String, Set<String>> used = new TreeMap<>();
    Set<String> unknown = new HashSet<>();
    for (Dependency each : provenance.dependencies()) {
      if (each.isPackage() && each.sha256().isEmpty()) {
        unknown.add(each.name() + " " + each.version());
      } else if (each.isPackage()) {
        used.computeIfAbsent(each.name(), _ -> new TreeSet<>())
            .add(text(each.version(), each.sha256()));
      }
    }
    // Boot loaders may be locked for formats that this build did not have.
    Map<String, Set<String>> others = new TreeMap<>();
    Map<String, Set<String>> locked = new TreeMap<>();
    lock.components().values().forEach(component -> addPackages(component, locked));
    Set<String> names = new TreeSet<>(locked.keySet());
    names.addAll(used.keySet());
    lock.bootLoaders().values().forEach(component -> addPackages(component, others));
    names.forEach(
        name ->
            compare(
                name,
                locked.getOrDefault(name, Set.of()),
                used.getOrDefault(name, Set.of()),
                others.getOrDefault(name, Set.of()),
                unknown));
  }

  private void addPackages(LockedComponent component, Map<String, Set<String>> packages) {
    String platform = provenance.parameters().text("platform");
    Optional.ofNullable(component.packages().get(platform)).stream()
        .flatMap(resolution -> resolution.packages().stream())
        .forEach(
            pin ->
                packages
                    .computeIfAbsent(pin.name(), _ -> new TreeSet<>())
                    .add(text(pin.version(), pin.sha256())));
  }

  private static String text(String version, String sha256) {
    return version + " with the SHA-256 " + sha256;
  }

  private void compare(
      String name, Set<String> locked, Set<String> used, Set<String> others, Set<String> unknown) {
    for (String version : locked) {
      if (!used.contains(version)) {
        boolean incomplete = unknown.contains(name + " " + version.replaceFirst(" .*", ""));
        wrong.add(
            incomplete
                ? "the provenance does not have the SHA-256 of the package " + name
                : "the build did not use the package %s %s of the lock file"
                    .formatted(name, version));
      }
    }
    for (String version : used) {
      if (!locked.contains(version) && !others.contains(version)) {
        wrong.add(
            "the build used the package %s %s, which the lock file does not have"
                .formatted(Printable.line(name), Printable.line(version)));
      }
    }
  }
}
