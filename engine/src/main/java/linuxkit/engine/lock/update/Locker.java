package linuxkit.engine.lock.update;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.engine.ManifestFetcher;
import linuxkit.engine.RequestFailure;
import linuxkit.engine.Settings;
import linuxkit.engine.Workspace;
import linuxkit.engine.lock.LockFile;
import linuxkit.engine.lock.LockedComponent;
import linuxkit.engine.lock.ManifestLock;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.packaging.DebianSource;
import linuxkit.packaging.PackageFolder;
import linuxkit.system.manifest.SystemManifest;

/** Creates, updates and checks lock files. */
public final class Locker {
  private final Settings settings;
  private final InputStream standardInput;
  private final Progress progress;

  /**
   * @param standardInput read for a manifest named {@code -}; stays open
   */
  public Locker(Settings settings, InputStream standardInput, Progress progress) {
    this.settings = settings;
    this.standardInput = standardInput;
    this.progress = progress;
  }

  /**
   * Adds what the lock file lacks, drops what no manifest names, and locks again what is selected
   * and components whose folders have changed. The file is written once everything is known, and
   * only if it changes.
   *
   * @return the changes, those of images first
   * @throws linuxkit.base.Failure if something cannot be found; the file is unchanged then
   */
  public List<LockChange> update(LockRequest request, Selection selection) {
    try (Workspace workspace = new Workspace(settings, standardInput, progress)) {
      LockFile old = read(request.lock()).orElse(LockFile.EMPTY);
      SystemManifest manifest = workspace.unlocked(request.manifests(), request.permissions());
      SortedMap<String, Reference> wanted = NamedReferences.of(manifest);
      Collection<PackageFolder> folders = workspace.components().resolvedFolders();
      selection.check(names(request.lock(), wanted, folders));
      ImageLocker images = new ImageLocker(workspace.access(), progress);
      LockFile now =
          new LockFile(
              manifests(request, workspace),
              images.lock(wanted, old.images(), selection),
              components(request.lock(), workspace, old, selection));
      List<LockChange> changes = LockChanges.of(old, now, images::version);
      write(request.lock(), now);
      return changes;
    }
  }

  /**
   * Compares a lock file with what its manifests name, without asking registries or archives.
   *
   * @return the differences; a name that is not locked has an empty hash
   * @throws linuxkit.base.Failure if there is no lock file
   */
  public List<LockChange> check(LockRequest request) {
    try (Workspace workspace = new Workspace(settings, standardInput, progress)) {
      LockFile old = existing(request);
      SystemManifest manifest = workspace.unlocked(request.manifests(), request.permissions());
      List<LockChange> changes = new ArrayList<>();
      SortedMap<String, Reference> wanted = NamedReferences.of(manifest);
      SortedMap<String, LockChange.State> before = new TreeMap<>();
      old.images().forEach((name, image) -> before.put(name, LockChange.State.of(image, "")));
      SortedMap<String, LockChange.State> after = new TreeMap<>();
      wanted.forEach(
          (name, _) -> after.put(name, before.getOrDefault(name, new LockChange.State("", ""))));
      LockChanges.add(changes, before, after);
      LockChanges.add(
          changes, LockChanges.states(old.components()), trees(request.lock(), workspace, old));
      changes.removeIf(change -> change.before().equals(change.after()));
      return changes;
    }
  }

  /**
   * Returns the images of a lock file whose references now mean something else in their registries.
   * A registry that does not answer gives a warning.
   */
  public List<LockChange> moved(LockRequest request) {
    try (Workspace workspace = new Workspace(settings, standardInput, progress)) {
      return List.copyOf(
          new ImageLocker(workspace.access(), progress).moved(existing(request).images()).values());
    }
  }

  private static LockFile existing(LockRequest request) {
    return read(request.lock())
        .orElseThrow(
            () ->
                new RequestFailure(
                    "there is no lock file " + request.lock(),
                    "create it with linuxkit lock " + String.join(" ", request.manifests())));
  }

  private static Optional<LockFile> read(Path file) {
    return Files.exists(file)
        ? Optional.of(LockFile.parse(LockFile.bytes(file), file.toString()))
        : Optional.empty();
  }

  private static Collection<String> names(
      Path lock, SortedMap<String, Reference> wanted, Collection<PackageFolder> folders) {
    Collection<String> all = new TreeSet<>();
    wanted.forEach((text, reference) -> all.addAll(NamedReferences.names(text, reference)));
    folders.forEach(folder -> all.addAll(names(ManifestLock.name(lock, folder.path()))));
    return all;
  }

  private static List<String> names(String component) {
    return List.of("@pkg:" + component, "@pkg:./" + component, component);
  }

  private static List<LockFile.ReadManifest> manifests(LockRequest request, Workspace workspace) {
    List<LockFile.ReadManifest> all = new ArrayList<>();
    for (int i = 0; i < request.manifests().size(); i++) {
      String name = request.manifests().get(i);
      boolean file = !name.equals("-") && !ManifestFetcher.isAddress(name);
      all.add(
          new LockFile.ReadManifest(
              file ? ManifestLock.name(request.lock(), Path.of(name)) : name,
              workspace.hashes().get(i)));
    }
    return all;
  }

  private SortedMap<String, LockedComponent> components(
      Path lock, Workspace workspace, LockFile old, Selection selection) {
    SortedMap<String, LockedComponent> all = new TreeMap<>();
    for (PackageFolder folder : workspace.components().resolvedFolders()) {
      String name = ManifestLock.name(lock, folder.path());
      String tree = folder.tree();
      LockedComponent before = old.components().get(name);
      boolean same = before != null && before.tree().equals(tree);
      if (before != null && same && !selection.has(names(name))) {
        all.put(name, before);
        continue;
      }
      LockedComponent now = new LockedComponent(tree, packages(workspace, folder));
      // Packages that are still the newest were published by the archive of then, too.
      all.put(name, before != null && same && now.hasPackagesOf(before) ? before : now);
    }
    return all;
  }

  private SortedMap<String, DebianSource.Resolution> packages(
      Workspace workspace, PackageFolder folder) {
    SortedMap<String, DebianSource.Resolution> packages = new TreeMap<>();
    if (folder.hasPackages()) {
      progress.detail("Locking the packages of " + folder.path() + ".");
      for (Platform platform : folder.usualPlatforms()) {
        packages.put(platform.toString(), workspace.components().packages(folder, platform));
      }
    }
    return packages;
  }

  private static SortedMap<String, LockChange.State> trees(
      Path lock, Workspace workspace, LockFile old) {
    SortedMap<String, LockChange.State> trees = new TreeMap<>();
    for (PackageFolder folder : workspace.components().resolvedFolders()) {
      String name = ManifestLock.name(lock, folder.path());
      LockedComponent before = old.components().get(name);
      String tree = folder.tree();
      trees.put(
          name,
          before != null && before.tree().equals(tree)
              ? LockChange.State.of(before)
              : new LockChange.State(before == null ? "" : "tree:" + tree, ""));
    }
    return trees;
  }

  /** Writes the file unless it has this content already, with line ends of any kind. */
  private static void write(Path file, LockFile content) {
    byte[] bytes = content.bytes();
    if (Files.exists(file) && Arrays.equals(withoutReturns(LockFile.bytes(file)), bytes)) {
      return;
    }
    try {
      AtomicFile.write(file, bytes);
    } catch (IOException e) {
      throw FileFailure.of("cannot write the lock file", file, e);
    }
  }

  private static byte[] withoutReturns(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8)
        .replace("\r\n", "\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
