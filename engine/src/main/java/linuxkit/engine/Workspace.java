package linuxkit.engine;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.base.SymbolicLinks;
import linuxkit.base.cache.WorkCache;
import linuxkit.engine.inputs.Replay;
import linuxkit.engine.lock.ManifestLock;
import linuxkit.engine.trust.PolicyFiles;
import linuxkit.http.RetryPolicy;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.archive.DockerEngine;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.packaging.PackageFolder;
import linuxkit.packaging.builder.BuilderOptions;
import linuxkit.packaging.dockerfile.DockerfileOptions;
import linuxkit.system.manifest.ManifestLoader;
import linuxkit.system.manifest.ManifestSource;
import linuxkit.system.manifest.ManifestWriter;
import linuxkit.system.manifest.PolicyFile;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.system.sbom.SbomOptions;
import linuxkit.system.tree.AssemblyOptions;
import linuxkit.system.tree.LabelRules;
import linuxkit.yaml.Position;

/**
 * Reads manifests and finds the images that they name: the store, the registries and the component
 * folders that one build or inspection works with.
 */
public final class Workspace implements AutoCloseable {
  private final Settings settings;
  private final InputStream standardInput;
  private final Progress progress;
  private final ImageAccess access;
  private final ComponentImages components;
  // Hashes of the manifests read so far, in order.
  private final List<String> read = new ArrayList<>();
  private final List<byte[]> texts = new ArrayList<>();
  private final Optional<Replay> replay;
  private Optional<ManifestLock> lock = Optional.empty();

  // Where a trust policy may lie, and the one that a manifest names.
  private final List<Path> places = new ArrayList<>();
  private Optional<PolicyFile> policy = Optional.empty();

  /**
   * Opens the store.
   *
   * @param standardInput read for a manifest named {@code -}; stays open
   */
  public Workspace(Settings settings, InputStream standardInput, Progress progress) {
    this(settings, standardInput, progress, Optional.empty());
  }

  Workspace(
      Settings settings, InputStream standardInput, Progress progress, Optional<Replay> replay) {
    this.replay = replay;
    this.settings = settings;
    this.standardInput = standardInput;
    this.progress = progress;
    UserConfiguration configuration = UserConfiguration.of(settings);
    this.access =
        new ImageAccess(
            settings, new PolicyFiles(PolicyFiles.CONFIGURATION), this::policy, progress);
    this.components =
        new ComponentImages(
            access.store(),
            configuration.debian(settings, List.of(), List.of(), List.of()),
            configuration.builtin(settings),
            settings,
            () ->
                PackageBuilds.dockerfiles(
                    access,
                    settings,
                    BuilderOptions.ofManifests(settings.environment()),
                    DockerfileOptions.DEFAULT,
                    lock,
                    progress),
            progress);
  }

  /** Reads manifests with the default permissions. */
  public SystemManifest manifest(List<String> names) {
    return manifest(names, Permissions.DEFAULT);
  }

  /**
   * Reads manifests and merges them in order: files, addresses, or {@code -}.
   *
   * @throws linuxkit.base.Failure if they have mistakes, or one takes files that it may not take
   */
  public SystemManifest manifest(List<String> names, Permissions permissions) {
    return manifest(names, permissions, SystemOptions.LockUse.DEFAULT);
  }

  /**
   * Reads manifests and merges them in order, and uses their lock file if there is one.
   *
   * @throws linuxkit.base.Failure as above, or if the lock file is malformed, required but missing,
   *     or lacks a component
   */
  public SystemManifest manifest(
      List<String> names, Permissions permissions, SystemOptions.LockUse use) {
    lock = BuildRequest.lock(names, use, settings.distribution().components());
    SystemManifest manifest = unlocked(names, permissions);
    if (lock.isPresent()) {
      Map<Path, String> trees = new TreeMap<>();
      for (PackageFolder each : components.resolvedFolders()) {
        trees.put(each.path(), each.tree());
        lock.get().checkBases(each.path(), components.registryImages(each).values());
      }
      lock.get().check(trees);
      components.pin(lock.get());
    }
    return manifest;
  }

  /** Reads manifests and merges them in order, without their lock file. */
  public SystemManifest unlocked(List<String> names, Permissions permissions) {
    LocalFiles files =
        new LocalFiles(settings, permissions.sources(), replay.isPresent(), progress);
    ManifestFetcher fetcher = new ManifestFetcher(standardInput, settings, RetryPolicy.usual());
    SystemManifest manifest =
        ManifestLoader.load(
            names.stream().map(name -> source(name, fetcher)).toList(), components, progress);
    policy = policy.or(manifest.conditions()::policy);
    files.checkSources(manifest);
    files.reportFolders(manifest, components.folders());
    return manifest;
  }

  private ManifestSource source(String name, ManifestFetcher fetcher) {
    boolean file = !name.equals("-") && !ManifestFetcher.isAddress(name);
    Optional<Path> folder = file ? Optional.of(LocalFiles.folder(name)) : Optional.empty();
    places.add(folder.orElse(Path.of("")));
    byte[] bytes =
        replay
            .map(given -> given.manifests().get(texts.size()))
            .orElseGet(() -> fetcher.read(name));
    read.add(Sha256.hex(bytes));
    texts.add(bytes);
    boolean hidden = file && SymbolicLinks.leadOut(Path.of(name));
    return new ManifestSource(new Position(name, 1, 1, hidden), bytes, folder);
  }

  private Optional<Path> policy(PolicyFiles policies) {
    if (settings.trust().isPresent() || policy.isEmpty()) {
      return policies.find(settings.trust(), places);
    }
    String manifest = policy.get().position().file();
    Path own = manifest.equals("-") ? Path.of("") : LocalFiles.folder(manifest);
    return Optional.of(PolicyFiles.named(policy.get().path(), own, places));
  }

  /** Returns the images of a source, and those of the component folders of the manifests read. */
  public Images images(ImageSource source) {
    if (replay.isPresent()) {
      return components.over(replay.get().images().apply(access.images(Puller.When.MISSING)));
    }
    if (lock.isPresent()) {
      if (source == ImageSource.DOCKER) {
        throw new RequestFailure(
            "a lock file does not apply to images of Docker Engine",
            "leave out --docker, or remove the lock file");
      }
      return components.over(lock.get().over(access.images(Puller.When.MISSING), access.store()));
    }
    return components.over(
        switch (source) {
          case STORE -> access.known();
          case REGISTRY -> access.images(Puller.When.ALWAYS);
          case DOCKER ->
              DockerEngine.of(
                  settings.environment(),
                  access.store(),
                  access.images(Puller.When.MISSING),
                  access.gate(),
                  progress);
        });
  }

  /** Returns whether neither a trust policy nor a lock file says which images may be used. */
  boolean acceptsAnyImage() {
    return replay.isEmpty() && lock.isEmpty() && access.trust().isEmpty();
  }

  /** Returns the bytes of the manifests read so far, in order. */
  List<byte[]> texts() {
    return List.copyOf(texts);
  }

  /** Returns the SHA-256 of the lock file; empty if there is none. */
  Optional<String> lockHash() {
    return lock.map(ManifestLock::hash);
  }

  /** Returns the images that Dockerfiles were built from, as far as they are known. */
  Map<Reference, Descriptor> bases(Platform platform) {
    return components.bases(platform, lock);
  }

  /**
   * Returns a manifest as text, in which component folders are replaced by the names that {@code
   * pkg build} gives to their images.
   */
  public String expanded(SystemManifest manifest) {
    return components.published(ManifestWriter.yaml(manifest, false));
  }

  /** Returns the images of boot loaders, each found when a format first needs it. */
  BootLoaderImages bootLoaders(SystemManifest manifest, Images images, Platform platform) {
    return new BootLoaderImages(
        manifest, components, settings.distribution(), lock, images, platform);
  }

  /**
   * Returns what identifies the manifests and component folders read so far, and the trust policy
   * with its decisions.
   */
  List<String> inputs() {
    List<String> inputs = new ArrayList<>(read);
    access.trust().ifPresent(trust -> inputs.addAll(trust.key()));
    inputs.add(components.resolved().toString());
    if (lock.isPresent()) {
      inputs.add(lock.get().hash());
    }
    return inputs;
  }

  /** Returns the store and the registries, which are open as long as this is. */
  public ImageAccess access() {
    return access;
  }

  /** Returns the components of the manifests read so far. */
  public ComponentImages components() {
    return components;
  }

  /** Returns the hashes of the manifests read so far, in order. */
  public List<String> hashes() {
    return List.copyOf(read);
  }

  /** Returns the cache for what is derived from content. */
  public WorkCache work() {
    return access.store().work();
  }

  /**
   * Returns the options for assembling a system.
   *
   * @throws RequestFailure if {@code SOURCE_DATE_EPOCH} is not a number of seconds
   */
  public AssemblyOptions options(SystemOptions options) {
    long modified = modified();
    return new AssemblyOptions(
        modified,
        options.decompressKernel(),
        Path.of(""),
        Path.of(settings.environment().getOrDefault("HOME", "")),
        work(),
        options.sbom().options(modified, !epoch().isEmpty(), Clock.systemUTC(), work()),
        new LabelRules(!options.permissions().labels(), components.folders().keySet()));
  }

  /**
   * Returns the options for the bills of materials of artefacts.
   *
   * @throws RequestFailure if {@code SOURCE_DATE_EPOCH} is not a number of seconds
   */
  SbomOptions artefactBills(SbomRequest request) {
    return request.ofArtefacts(modified(), !epoch().isEmpty(), Clock.systemUTC(), work());
  }

  private long modified() {
    String epoch = epoch();
    if (epoch.isEmpty()) {
      return AssemblyOptions.DEFAULT_MODIFIED;
    }
    if (!epoch.matches("[0-9]{1,11}")) {
      throw new RequestFailure(
          "SOURCE_DATE_EPOCH is not a time: " + epoch, "set it to seconds since 1970, or unset it");
    }
    return Long.parseLong(epoch);
  }

  /** Returns {@code SOURCE_DATE_EPOCH}; empty if it is not set. */
  String epoch() {
    return settings.environment().getOrDefault("SOURCE_DATE_EPOCH", "");
  }

  @Override
  public void close() {
    components.close();
    access.close();
  }
}
