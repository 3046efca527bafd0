package linuxkit.engine;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.base.WorkCache;
import linuxkit.http.RetryPolicy;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.archive.DockerEngine;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.system.manifest.ManifestLoader;
import linuxkit.system.manifest.ManifestSource;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.system.tree.AssemblyOptions;

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

  /**
   * Opens the store.
   *
   * @param standardInput read for a manifest named {@code -}; stays open
   */
  public Workspace(Settings settings, InputStream standardInput, Progress progress) {
    this.settings = settings;
    this.standardInput = standardInput;
    this.progress = progress;
    UserConfiguration configuration = UserConfiguration.of(settings);
    this.access = new ImageAccess(settings, progress);
    this.components =
        new ComponentImages(
            access.store(),
            configuration.debian(settings, List.of(), List.of()),
            settings.distribution(),
            progress);
  }

  /** Reads manifests and merges them in order: files, URLs, or {@code -}. */
  public SystemManifest manifest(List<String> names) {
    ManifestFetcher fetcher = new ManifestFetcher(standardInput, settings, RetryPolicy.usual());
    return ManifestLoader.load(
        names.stream().map(name -> source(name, fetcher)).toList(), components, progress);
  }

  private ManifestSource source(String name, ManifestFetcher fetcher) {
    boolean file = !name.equals("-") && !ManifestFetcher.isAddress(name);
    Optional<Path> folder = file ? Optional.of(folder(Path.of(name))) : Optional.empty();
    byte[] bytes = fetcher.read(name);
    read.add(Sha256.hex(bytes));
    return new ManifestSource(name, bytes, folder);
  }

  private static Path folder(Path file) {
    Path folder = file.getParent();
    return folder == null ? Path.of("") : folder;
  }

  /** Returns the images of a source, and those of the component folders of the manifests read. */
  public Images images(ImageSource source) {
    return switch (source) {
      case STORE -> images(Puller.When.MISSING);
      case REGISTRY -> images(Puller.When.ALWAYS);
      case DOCKER ->
          DockerEngine.of(
              settings.environment(), access.store(), images(Puller.When.MISSING), progress);
    };
  }

  private Images images(Puller.When when) {
    return components.over(access.images(when));
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
        options.sbom().options(modified, !epoch().isEmpty(), Clock.systemUTC(), work()));
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
