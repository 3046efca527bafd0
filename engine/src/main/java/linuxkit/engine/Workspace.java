package linuxkit.engine;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.base.SymbolicLinks;
import linuxkit.base.cache.WorkCache;
import linuxkit.http.RetryPolicy;
import linuxkit.engine.inputs.Replay;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.archive.DockerEngine;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.builder.BuilderOptions;
import linuxkit.packaging.dockerfile.DockerfileOptions;
import linuxkit.system.manifest.ManifestLoader;
import linuxkit.system.manifest.ManifestSource;
import linuxkit.system.manifest.ManifestWriter;
import linuxkit.system.manifest.SystemManifest;
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
    this.access = new ImageAccess(settings, progress);
    this.components =
        new ComponentImages(
            access.store(),
            configuration.debian(settings, List.of(), List.of(), List.of()),
            settings.distribution(),
            () ->
                PackageBuilds.dockerfiles(
                    access,
                    settings,
                    BuilderOptions.ofManifests(settings.environment()),
                    DockerfileOptions.DEFAULT,
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
    LocalFiles files = new LocalFiles(settings, permissions.sources(), progress);
    ManifestFetcher fetcher = new ManifestFetcher(standardInput, settings, RetryPolicy.usual());
    SystemManifest manifest =
        ManifestLoader.load(
            names.stream().map(name -> source(name, fetcher)).toList(), components, progress);
    files.checkSources(manifest);
    files.reportFolders(manifest, components.folders());
    return manifest;
  }

  private ManifestSource source(String name, ManifestFetcher fetcher) {
    boolean file = !name.equals("-") && !ManifestFetcher.isAddress(name);
    Optional<Path> folder = file ? Optional.of(LocalFiles.folder(name)) : Optional.empty();
    byte[] bytes =
        replay.map(given -> given.manifests().get(texts.size())).orElseGet(() -> fetcher.read(name));
    read.add(Sha256.hex(bytes));
    texts.add(bytes);
    boolean hidden = file && SymbolicLinks.leadOut(Path.of(name));
    return new ManifestSource(new Position(name, 1, 1, hidden), bytes, folder);
  }

  /** Returns the images of a source, and those of the component folders of the manifests read. */
  public Images images(ImageSource source) {
    return components.over(
        switch (source) {
          case STORE -> stored();
          case REGISTRY -> access.images(Puller.When.ALWAYS);
          case DOCKER ->
              DockerEngine.of(
                  settings.environment(),
                  access.store(),
                  access.images(Puller.When.MISSING),
                  progress);
        });
  }

  private Images stored() {
    Puller puller = access.images(Puller.When.MISSING);
    return replay.isPresent() ? replay.get().images().apply(puller) : puller;
  }

  /** Returns the bytes of the manifests read so far, in order. */
  List<byte[]> texts() {
    return List.copyOf(texts);
  }

  /** Returns the store, which is open as long as this is. */
  ImageStore store() {
    return access.store();
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
    return new BootLoaderImages(manifest, components, settings.distribution(), images, platform);
  }

  /** Returns what identifies the manifests and component folders read so far. */
  List<String> inputs() {
    List<String> inputs = new ArrayList<>(read);
    inputs.add(components.resolved().toString());
    return inputs;
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
