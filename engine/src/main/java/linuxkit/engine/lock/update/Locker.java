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
import linuxkit.system.manifest.BootComponent;
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
      Collection<PackageFolder> folders = workspace.components().resolvedFolders();
      SortedMap<String, Reference> wanted = wanted(manifest, workspace, folders);
      Collection<String> loaders = bootLoaders(request, old, manifest);
      selection.check(names(request.lock(), wanted, folders, loaders));
      ImageLocker images = new ImageLocker(workspace.access(), progress);
      LockFile now =
          new LockFile(
              manifests(request, workspace),
              images.lock(wanted, old.images(), selection),
              components(request.lock(), workspace, folders, old, selection),
              bootLoaders(loaders, workspace, old, selection));
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
      Collection<PackageFolder> folders = workspace.components().resolvedFolders();
      SortedMap<String, Reference> wanted = wanted(manifest, workspace, folders);
      SortedMap<String, LockChange.State> before = new TreeMap<>();
      old.images().forEach((name, image) -> before.put(name, LockChange.State.of(image, "")));
      SortedMap<String, LockChange.State> after = new TreeMap<>();
      wanted.forEach(
          (name, _) -> after.put(name, before.getOrDefault(name, new LockChange.State("", ""))));
      LockChanges.add(changes, before, after);
      LockChanges.add(
          changes,
          LockChanges.states(LockChanges.components(old)),
          trees(request, workspace, folders, old, manifest));
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

  /** Returns what the manifests name, and what the Dockerfiles of components are built from. */
  private static SortedMap<String, Reference> wanted(
      SystemManifest manifest, Workspace workspace, Collection<PackageFolder> folders) {
    SortedMap<String, Reference> wanted = NamedReferences.of(manifest);
    folders.forEach(folder -> wanted.putAll(workspace.components().registryImages(folder)));
    return wanted;
  }

  /** Returns the keys of the boot loaders to lock: none that the manifest replaces by an image. */
  private static Collection<String> bootLoaders(
      LockRequest request, LockFile old, SystemManifest manifest) {
    Collection<String> keys = new TreeSet<>(old.bootLoaders().keySet());
    request.bootLoaders().forEach(component -> keys.add(component.key()));
    manifest.boot().keySet().forEach(component -> keys.remove(component.key()));
    return keys;
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

  private Collection<String> names(
      Path lock,
      SortedMap<String, Reference> wanted,
      Collection<PackageFolder> folders,
      Collection<String> loaders) {
    Collection<String> all = new TreeSet<>();
    wanted.forEach((text, reference) -> all.addAll(NamedReferences.names(text, reference)));
    folders.forEach(folder -> all.addAll(names(name(lock, folder))));
    loaders.forEach(key -> all.add(LockChanges.BOOT + key));
    return all;
  }

  private String name(Path lock, PackageFolder component) {
    return ManifestLock.name(lock, component.path(), settings.distribution().components());
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
      Path lock,
      Workspace workspace,
      Collection<PackageFolder> folders,
      LockFile old,
      Selection selection) {
    SortedMap<String, LockedComponent> all = new TreeMap<>();
    for (PackageFolder folder : folders) {
      String name = name(lock, folder);
      Optional<LockedComponent> before = Optional.ofNullable(old.components().get(name));
      all.put(name, component(workspace, folder, before, selection.has(names(name))));
    }
    return all;
  }

  private SortedMap<String, LockedComponent> bootLoaders(
      Collection<String> keys, Workspace workspace, LockFile old, Selection selection) {
    SortedMap<String, LockedComponent> all = new TreeMap<>();
    for (String key : keys) {
      Optional<LockedComponent> before = Optional.ofNullable(old.bootLoaders().get(key));
      boolean selected = selection.has(List.of(LockChanges.BOOT + key));
      all.put(key, component(workspace, bootLoader(key, workspace), before, selected));
    }
    return all;
  }

  private PackageFolder bootLoader(String key, Workspace workspace) {
    BootComponent component =
        Arrays.stream(BootComponent.values())
            .filter(each -> each.key().equals(key))
            .findFirst()
            .orElseThrow();
    return workspace.components().read(settings.distribution().bootLoader(component));
  }

  private LockedComponent component(
      Workspace workspace, PackageFolder folder, Optional<LockedComponent> old, boolean selected) {
    String tree = folder.tree();
    Optional<LockedComponent> before = old.filter(locked -> locked.tree().equals(tree));
    if (before.isPresent() && !selected) {
      return before.get();
    }
    LockedComponent now = new LockedComponent(tree, packages(workspace, folder));
    // Packages that are still the newest were published by the archive of then, too.
    return before.filter(now::hasPackagesOf).orElse(now);
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

  private SortedMap<String, LockChange.State> trees(
      LockRequest request,
      Workspace workspace,
      Collection<PackageFolder> folders,
      LockFile old,
      SystemManifest manifest) {
    SortedMap<String, String> trees = new TreeMap<>();
    folders.forEach(folder -> trees.put(name(request.lock(), folder), folder.tree()));
    bootLoaders(request, old, manifest)
        .forEach(key -> trees.put(LockChanges.BOOT + key, bootLoader(key, workspace).tree()));
    SortedMap<String, LockedComponent> locked = LockChanges.components(old);
    SortedMap<String, LockChange.State> states = new TreeMap<>();
    trees.forEach(
        (name, tree) ->
            states.put(
                name,
                Optional.ofNullable(locked.get(name))
                    .map(_ -> new LockChange.State("tree:" + tree, ""))
                    .orElseGet(() -> new LockChange.State("", ""))));
    return states;
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
